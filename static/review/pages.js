// Leafing through the file on the left, and marking a place on a page.

export class Pages {
  constructor(viewer, state) {
    this.viewer = viewer;
    this.state = state;
    this.select = document.getElementById("documents");
    this.number = document.getElementById("page-number");
    this.select.append(new Option("卷内文书…", ""));
    state.documents.forEach((entry, n) => {
      const title = entry.title && entry.title !== entry.kind ? `${entry.kind}　${entry.title}` : entry.kind;
      this.select.append(new Option(`${n + 1}. ${title}`, String(n)));
    });
    this.select.addEventListener("change", () => this.document());
    document.getElementById("page-back").addEventListener("click", () => this.turn(-1));
    document.getElementById("page-on").addEventListener("click", () => this.turn(1));
    this.number.addEventListener("change", () => this.turn(0));
  }

  document() {
    const entry = this.state.documents[Number(this.select.value)];
    if (this.select.value !== "" && entry.file) this.open({ ...entry, page: entry.page || null, box: null, quote: "", at: "" });
  }

  open(place) {
    this.place = place;
    this.number.value = place.page ?? 1;
    this.number.disabled = !place.page;
    this.viewer.show(place);
  }

  // A question without a place: open the document it is answered from, or the first one to begin with.
  lookFor(kinds) {
    const index = this.state.documents.findIndex((entry) => entry.file && kinds.includes(entry.kind));
    if (index < 0 && this.place) return;
    this.select.value = String(Math.max(index, 0));
    this.document();
  }

  turn(step) {
    if (!this.place?.page) return;
    const file = this.state.files.find((entry) => entry.id === this.place.file);
    const page = (step ? this.place.page : 0) + (step || Number(this.number.value));
    if (page < 1 || page > Math.max(file?.pages ?? 1, 1)) {
      this.number.value = this.place.page;
      return;
    }
    this.open({ ...this.place, page, box: null, quote: "", at: "", turn: 0 });
  }

  words(place) {
    const name = (place.name ?? "").split("/").at(-1);
    return place.page ? `${name}　第 ${place.page} 页` : `${name}　${place.at ?? ""}`.trim();
  }
}

// Drag a box on a page image, or select words of a text; the place goes to the current criterion.
export class Marker {
  constructor(viewer, take) {
    this.viewer = viewer;
    this.take = take;
    this.button = document.getElementById("mark");
    this.on = false;
    this.button?.addEventListener("click", () => this.toggle());
    viewer.sheet.addEventListener("pointerdown", (event) => this.begin(event));
    viewer.text.addEventListener("pointerup", () => this.selected());
  }

  toggle() {
    if (!this.button) return;
    this.on = !this.on;
    this.button.setAttribute("aria-pressed", String(this.on));
    this.button.classList.toggle("active", this.on);
    this.viewer.root.classList.toggle("marking", this.on);
  }

  point(event) {
    const frame = this.viewer.sheet.getBoundingClientRect();
    const inside = (value) => Math.min(1, Math.max(0, value));
    return [inside((event.clientX - frame.left) / frame.width), inside((event.clientY - frame.top) / frame.height)];
  }

  begin(event) {
    if (!this.on || !this.viewer.place?.page) return;
    event.preventDefault();
    const [x, y] = this.point(event);
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    rect.setAttribute("class", "draft-box");
    this.viewer.boxes.append(rect);
    const box = () => [Math.min(x, this.end[0]), Math.min(y, this.end[1]), Math.max(x, this.end[0]), Math.max(y, this.end[1])];
    this.end = [x, y];
    const move = (later) => {
      this.end = this.point(later);
      const [x0, y0, x1, y1] = box().map((edge) => edge * 1000);
      for (const [name, value] of Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 })) {
        rect.setAttribute(name, String(value));
      }
    };
    const up = () => {
      window.removeEventListener("pointermove", move);
      const [x0, y0, x1, y1] = box();
      const small = x1 - x0 < 0.01 || y1 - y0 < 0.005;
      this.done({ box: small ? null : [x0, y0, x1, y1], quote: "", at: "" });
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up, { once: true });
  }

  selected() {
    const text = window.getSelection()?.toString().trim().slice(0, 200);
    if (!this.on || !text) return;
    const at = window.getSelection().anchorNode?.parentElement?.closest("[data-at]")?.dataset.at ?? "";
    this.done({ box: null, quote: text, at });
  }

  done(mark) {
    this.toggle();
    const { file, name, page, turn } = this.viewer.place;
    this.take({ file, name, page, turn: turn ?? 0, ...mark });
  }
}
