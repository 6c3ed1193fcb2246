// 整理与核对: documents, page and facts side by side. Every act is saved at once; two clerks see each other.

import { load, say, sayFailure, send } from "./net.js";
import { Viewer, placeOf } from "./viewer.js";
import { editor } from "./editor.js";

const desk = document.getElementById("desk");
const viewer = new Viewer(document.querySelector("[data-viewer]"));
const documents = document.getElementById("documents-pane");
const facts = document.getElementById("facts-pane");
const base = desk.dataset.base;
const editable = desk.hasAttribute("data-editable");
let open = null;
let page = null;
let pulse = {};

const layout = () => Number(documents.querySelector("[data-layout]").dataset.layout);
const docs = () => [...documents.querySelectorAll(".doc")];
const factRows = () => [...facts.querySelectorAll(".fact")];
const docOf = (id) => docs().find((item) => item.dataset.id === id);

// ---- showing -------------------------------------------------------------------------------------------

function openDocument(item, firstPage = true) {
  docs().forEach((other) => other.classList.toggle("open", other === item));
  open = item?.dataset.id ?? null;
  if (!item) return;
  offerKinds(item);
  item.scrollIntoView({ block: "nearest" });
  if (firstPage) openPage(item.querySelector(".thumb"));
}

function offerKinds(item) {
  const place = item.querySelector(".kind-place");
  if (!editable || !place || place.querySelector("select")) return;
  const select = document.getElementById("kind-options").content.firstElementChild.cloneNode(true);
  select.value = item.dataset.kind;
  select.addEventListener("change", () => act(item, "retype", { kind: select.value }));
  place.replaceChildren(select);
}

function openPage(thumb) {
  if (!thumb) return;
  documents.querySelectorAll(".thumb.active").forEach((other) => other.classList.remove("active"));
  thumb.classList.add("active");
  page = thumb;
  viewer.show(placeOf(thumb));
}

function showFact(row, focus = true) {
  factRows().forEach((other) => {
    other.classList.toggle("active", other === row);
    other.tabIndex = other === row ? 0 : -1;
  });
  if (focus) row.focus({ preventScroll: false });
  const target = row.dataset.file ? row : row.querySelector("[data-file]");
  if (target) viewer.show(placeOf(target));
}

// ---- saving --------------------------------------------------------------------------------------------

async function refreshDocuments() {
  const folded = documents.querySelector(".remarks:not([open])");
  documents.innerHTML = await load(`${base}/desk/documents`, "text/html");
  if (folded) documents.querySelector(".remarks")?.removeAttribute("open");
  const item = docOf(open) ?? docs()[0];
  if (item) openDocument(item, false);
}

async function refreshFacts(keep) {
  facts.innerHTML = await load(`${base}/desk/facts`, "text/html");
  const row = factRows().find((item) => item.dataset.fact === keep);
  if (row) showFact(row);
}

async function act(item, action, body) {
  try {
    const told = await send(`${base}/documents/${item.dataset.id}/${action}`, { ...body, seen: layout() });
    if (told.open) open = told.open;
    say(told.text);
  } catch (error) {
    sayFailure(error);
  }
  await refreshDocuments();
}

async function turnPage(turn) {
  if (!page || !Number(page.dataset.page)) return say("这份文书没有页面图像，不能旋转。", "warning");
  const { file, page: number } = page.dataset;
  try {
    const told = await send(`${base}/files/${file}/rotate`, { page: Number(number), turn, seen: layout() });
    say(told.text);
  } catch (error) {
    sayFailure(error);
  }
  await refreshDocuments();
  openPage(documents.querySelector(`.thumb[data-file="${file}"][data-page="${number}"]`));
}

async function saveOrder(order) {
  try {
    say((await send(`${base}/documents/order`, { order, seen: layout() })).text);
  } catch (error) {
    sayFailure(error);
  }
  await refreshDocuments();
}

async function sayFact(row, body) {
  const name = row.dataset.fact;
  try {
    const told = await send(`${base}/facts/${name}`, { ...body, seen: row.dataset.entry || null });
    say(told.text);
    await refreshFacts(body.origin === "confirmed" ? nextName(row) : name);
  } catch (error) {
    sayFailure(error);
    await refreshFacts(name);
  }
  beat();
}

function nextName(row) {
  const rows = factRows();
  const after = rows.slice(rows.indexOf(row) + 1).find((item) => item.dataset.checked === "0");
  return (after ?? row).dataset.fact;
}

// ---- mouse ---------------------------------------------------------------------------------------------

function showSpot(spot) {
  const { file, page: number } = spot.dataset;
  const thumb = documents.querySelector(`.thumb[data-file="${file}"][data-page="${number}"]`);
  if (!thumb) return viewer.show(placeOf(spot)); // a blank page belongs to no document
  openDocument(thumb.closest(".doc"), false);
  openPage(thumb);
}

documents.addEventListener("click", (event) => {
  const spot = event.target.closest(".remarks [data-place]");
  if (spot) return showSpot(spot);
  const item = event.target.closest(".doc");
  if (!item) return;
  const thumb = event.target.closest(".thumb");
  const action = event.target.closest("[data-act]")?.dataset.act;
  if (action) return command(action, item);
  if (event.target.closest("select, input")) return;
  if (open !== item.dataset.id) openDocument(item, !thumb);
  if (thumb) openPage(thumb);
});

function command(action, item) {
  if (!editable) return;
  if (action === "split") {
    const at = [...item.querySelectorAll(".thumb")].indexOf(page) + 1;
    if (at < 2) return say("请先点选要作为新文书首页的页面（第二页及以后），再拆分。", "warning");
    act(item, "split", { before: at });
  } else if (action === "merge") act(item, "merge", {});
  else if (action === "rotate") turnPage(90);
  else if (action === "up") move(item, -1);
  else if (action === "down") move(item, 1);
  else if (action === "title") retitle(item);
}

function retitle(item) {
  const place = item.querySelector(".doc-title");
  const input = document.createElement("input");
  input.className = "form-control form-control-sm";
  input.value = place.textContent.trim();
  input.maxLength = 300;
  input.setAttribute("aria-label", "文书名称");
  place.replaceChildren(input);
  input.focus();
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" && input.value.trim()) act(item, "title", { title: input.value.trim() });
    if (event.key === "Escape") refreshDocuments();
  });
}

function move(item, by) {
  const order = docs().map((other) => other.dataset.id);
  const at = order.indexOf(item.dataset.id);
  const to = at + by;
  if (to < 0 || to >= order.length) return;
  [order[at], order[to]] = [order[to], order[at]];
  saveOrder(order);
}

let dragged = null;
documents.addEventListener("dragstart", (event) => {
  dragged = event.target.closest(".doc");
  if (dragged) event.dataTransfer.effectAllowed = "move";
});
documents.addEventListener("dragover", (event) => {
  const over = event.target.closest(".doc");
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  const below = event.clientY > over.getBoundingClientRect().top + over.offsetHeight / 2;
  over.parentNode.insertBefore(dragged, below ? over.nextSibling : over);
});
documents.addEventListener("drop", (event) => {
  event.preventDefault();
  if (dragged) saveOrder(docs().map((item) => item.dataset.id));
  dragged = null;
});

facts.addEventListener("click", (event) => {
  const row = event.target.closest(".fact");
  if (!row) return;
  const button = event.target.closest("[data-say]");
  if (button && editable) {
    const { say: what } = button.dataset;
    if (what === "edit") return editor(row, sayFact);
    if (what === "take") return sayFact(row, { origin: "corrected", ...JSON.parse(button.dataset.body) });
    return sayFact(row, { origin: what });
  }
  const place = event.target.closest("[data-place]");
  if (place && place !== row) return viewer.show(placeOf(place));
  if (!event.target.closest("form, details, a")) showFact(row, false);
});
facts.addEventListener("change", async (event) => {
  if (event.target.id !== "add-fact" || !event.target.value) return;
  const row = document.getElementById(`fact-${event.target.value}`);
  row.hidden = false;
  showFact(row);
  editor(row, sayFact);
});
facts.addEventListener("input", (event) => {
  if (event.target.id !== "fact-filter") return;
  const text = event.target.value.trim();
  factRows().forEach((row) => (row.hidden = row.dataset.state === "new" || !row.textContent.includes(text)));
});

// ---- keyboard ------------------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea, [contenteditable]") || event.ctrlKey || event.metaKey) return;
  const row = event.target.closest?.(".fact");
  const handled = row ? factKey(event, row) : documentKey(event);
  if (handled) event.preventDefault();
});

function factKey(event, row) {
  const rows = factRows().filter((item) => !item.hidden);
  const at = rows.indexOf(row);
  if (event.target !== row) return false;
  if (["ArrowDown", "j"].includes(event.key)) return rows[at + 1] && (showFact(rows[at + 1]), true);
  if (["ArrowUp", "k"].includes(event.key)) return rows[at - 1] && (showFact(rows[at - 1]), true);
  if (!editable) return false;
  if (["Enter", "c"].includes(event.key)) return sayFact(row, { origin: "confirmed" }), true;
  if (event.key === "e") return editor(row, sayFact), true;
  if (event.key === "u" && row.dataset.checked === "1") return sayFact(row, { origin: "withdrawn" }), true;
  return false;
}

function documentKey(event) {
  const item = docOf(open);
  if (event.key === "f") return (showFact(factRows()[0]), true);
  if (!item) return false;
  const all = docs();
  const at = all.indexOf(item);
  if (event.altKey && event.key === "ArrowUp") return command("up", item), true;
  if (event.altKey && event.key === "ArrowDown") return command("down", item), true;
  if (event.key === "ArrowDown" && all[at + 1]) return openDocument(all[at + 1]), true;
  if (event.key === "ArrowUp" && all[at - 1]) return openDocument(all[at - 1]), true;
  const thumbs = [...item.querySelectorAll(".thumb")];
  const here = thumbs.indexOf(page);
  if (event.key === "ArrowRight" && thumbs[here + 1]) return openPage(thumbs[here + 1]), true;
  if (event.key === "ArrowLeft" && thumbs[here - 1]) return openPage(thumbs[here - 1]), true;
  const keys = { s: "split", m: "merge", r: "rotate", t: "title" };
  if (keys[event.key]) return command(keys[event.key], item), true;
  return false;
}

// ---- what others did -----------------------------------------------------------------------------------

async function beat() {
  try {
    const now = await load(`${base}/pulse`);
    document.getElementById("score-chip").textContent = now.score;
    document.getElementById("job-chip").textContent = now.running ? now.text || "正在处理……" : "";
    const busy = document.querySelector("#documents-pane input, #facts-pane form");
    if (!busy && pulse.layout !== undefined) {
      if (now.layout !== layout()) await refreshDocuments();
      if (now.facts !== pulse.facts) await refreshFacts(document.activeElement?.dataset?.fact);
    }
    pulse = now;
  } catch {
    document.getElementById("job-chip").textContent = "与服务器的连接中断，正在重试……";
  }
}
setInterval(beat, 4000);
beat();

const wanted = new URLSearchParams(location.search).get("fact");
const start = wanted && document.getElementById(`fact-${wanted}`);
openDocument(docs()[0], !start);
if (start) showFact(start);
