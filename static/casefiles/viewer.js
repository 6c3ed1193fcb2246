// The page beside the list: an image with evidence boxes as SVG, or the words of a DOCX with the hit lit.

import { load, sayFailure } from "./net.js";

export class Viewer {
  constructor(root) {
    this.root = root;
    this.image = root.querySelector("img");
    this.boxes = root.querySelector("svg");
    this.sheet = root.querySelector(".viewer-sheet");
    this.text = root.querySelector(".viewer-text");
    this.title = root.querySelector(".viewer-title");
    this.zoomed = false;
    root.querySelector("[data-zoom]")?.addEventListener("click", () => this.zoom());
    this.image.addEventListener("error", () => this.plain("这一页没有可显示的图像，原件可从文件清单下载。"));
  }

  // place: {file, name, media, page, box (x0,y0,x1,y1) or null, quote, at}
  async show(place) {
    this.place = place;
    this.title.textContent = place.page ? `${place.name}　第 ${place.page} 页` : place.name;
    if (place.page) this.page(place);
    else await this.words(place);
  }

  page(place) {
    const url = `${this.root.dataset.pages}/${place.file}/pages/${place.page}.png?turn=${place.turn ?? 0}`;
    this.text.hidden = true;
    this.sheet.hidden = false;
    if (!this.image.src.endsWith(url)) this.image.src = url;
    this.image.alt = this.title.textContent;
    this.light(place.box ? [place.box] : []);
  }

  light(boxes) {
    this.boxes.replaceChildren();
    for (const [x0, y0, x1, y1] of boxes) {
      const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const values = { x: x0 * 1000, y: y0 * 1000, width: (x1 - x0) * 1000, height: (y1 - y0) * 1000 };
      for (const [name, value] of Object.entries(values)) rect.setAttribute(name, String(value));
      rect.setAttribute("class", "evidence-box");
      this.boxes.append(rect);
    }
    const top = boxes.length ? boxes[0][1] : 0;
    const scroll = () => this.root.querySelector(".viewer-body").scrollTo({
      top: Math.max(0, top * this.sheet.offsetHeight - 120), behavior: "smooth",
    });
    if (this.image.complete) scroll();
    else this.image.addEventListener("load", scroll, { once: true });
  }

  async words(place) {
    const query = new URLSearchParams({ at: place.at ?? "", quote: place.quote ?? "" });
    try {
      const html = await load(`${this.root.dataset.pages}/${place.file}/words?${query}`, "text/html");
      if (place !== this.place) return;
      this.sheet.hidden = true;
      this.text.hidden = false;
      this.text.innerHTML = html;
      const body = this.root.querySelector(".viewer-body");
      const hit = this.text.querySelector("mark");
      const top = hit ? hit.getBoundingClientRect().top - this.text.getBoundingClientRect().top : 0;
      body.scrollTo({ top: Math.max(0, top - body.clientHeight / 2) });
    } catch (error) {
      sayFailure(error);
    }
  }

  plain(text) {
    this.sheet.hidden = true;
    this.text.hidden = false;
    this.text.textContent = text;
  }

  zoom() {
    this.zoomed = !this.zoomed;
    this.root.classList.toggle("zoomed", this.zoomed);
  }
}

export function placeOf(element) {
  const data = element.dataset;
  return {
    file: data.file,
    name: data.name ?? "",
    page: Number(data.page) || null,
    box: data.box ? JSON.parse(data.box) : null,
    quote: data.quote ?? "",
    at: data.at ?? "",
    turn: Number(data.turn) || 0,
  };
}

// Pages that only look (evidence, scoring): every [data-place] opens its place in the one viewer there is.
const lone = document.querySelector("[data-viewer]");
if (lone && !lone.hasAttribute("data-managed")) {
  const viewer = new Viewer(lone);
  const open = (element) => element.dataset.file && viewer.show(placeOf(element));
  document.addEventListener("click", (event) => {
    const element = event.target.closest("[data-place]");
    if (!element) return;
    event.preventDefault();
    open(element);
    document.querySelectorAll("[data-place].active").forEach((other) => other.classList.remove("active"));
    element.classList.add("active");
  });
  const first = document.querySelector("[data-place][data-file]");
  if (first) open(first);
}
