// While work goes on: watch it, and show the fresh result when it is done.
import { load } from "./net.js";

const notice = document.querySelector("[data-busy]");

async function watch() {
  try {
    const now = await load(notice.dataset.busy);
    if (!now.running) return location.reload();
    notice.querySelector(".text").textContent = now.text;
  } catch {
    // the next look may succeed
  }
  setTimeout(watch, 1500);
}
if (notice) setTimeout(watch, 800);
