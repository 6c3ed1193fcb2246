// 评分台: criteria beside the pages. Every change is saved at once with the version it was made from; a
// conflict shows both sides and overwrites nothing.

import { Viewer, placeOf } from "../casefiles/viewer.js";
import { say, sayFailure, send, token } from "../casefiles/net.js";
import { Marker, Pages } from "./pages.js";
import { body, row } from "./criterion.js";

const VERDICTS = { 1: "met", 2: "breached", 3: "not_applicable", 4: "undetermined" };

class Desk {
  constructor(root) {
    this.root = root;
    this.base = root.dataset.base;
    this.editable = Boolean(root.dataset.editable);
    this.state = JSON.parse(document.getElementById("desk-state").textContent);
    this.items = this.state.items;
    this.at = 0;
    this.editing = null;
    this.timers = new Map();
    this.saving = new Map();
    this.viewer = new Viewer(root.querySelector("[data-viewer]"));
    this.pages = new Pages(this.viewer, this.state);
    this.marker = new Marker(this.viewer, (place) => this.anchor(place));
    this.criteria = document.getElementById("criteria");
    this.draw();
    this.totals();
    const first = this.items.findIndex((item) => this.open(item));
    this.go(Math.max(first, 0), false);
    document.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("beforeunload", (event) => {
      if (this.timers.size || this.saving.size) event.preventDefault();
    });
  }

  open(item) {
    return item.rank < 2 && !item.line.action;
  }

  draw() {
    this.criteria.replaceChildren();
    for (const system of this.state.systems) {
      const own = this.items.filter((item) => item.system === system.id);
      if (!own.length) continue;
      const head = document.createElement("div");
      head.className = "system-head";
      head.append(`${system.label}（${own.length}）`);
      const asked = own.filter((item) => item.verdict === "undetermined" && !item.veto && !item.line.action);
      if (this.editable && asked.length) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-outline-secondary btn-sm";
        button.textContent = `其余 ${asked.length} 个疑问均认定符合`;
        button.addEventListener("click", () => this.affirm(system, asked.length));
        head.append(button);
      }
      this.criteria.append(head, ...own.map((item) => this.article(item)));
    }
  }

  article(item) {
    const article = document.createElement("article");
    article.dataset.rule = item.rule;
    this.fill(article, item);
    return article;
  }

  fill(article, item) {
    const current = this.items[this.at] === item;
    article.className = `criterion ${this.open(item) ? "todo" : item.line.action ? "said" : ""} ${current ? "current" : ""}`;
    const top = row(item);
    top.addEventListener("click", () => this.go(this.items.indexOf(item)));
    article.replaceChildren(top);
    if (current) article.append(body(item, this));
  }

  refresh(item) {
    const article = this.criteria.querySelector(`[data-rule="${item.rule}"]`);
    const inside = article.contains(document.activeElement) ? document.activeElement.dataset.field : null;
    this.fill(article, item);
    if (inside) article.querySelector(`[data-field="${inside}"]`)?.focus();
    return article;
  }

  go(index, focus = true) {
    if (index < 0 || index >= this.items.length) return;
    const before = this.items[this.at];
    this.at = index;
    this.editing = null;
    this.refresh(before);
    const item = this.items[index];
    const article = this.refresh(item);
    if (focus) article.querySelector(".criterion-row").focus({ preventScroll: true });
    const pane = this.criteria;
    const top = article.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    if (pane.scrollHeight > pane.clientHeight) pane.scrollTo({ top: pane.scrollTop + top - 36 });
    const shown = item.evidence.find((entry) => entry.file) ?? item.line.anchors.find((a) => a.place?.file)?.place;
    if (shown) this.show(shown);
    else this.pages.lookFor(item.where);
  }

  show(place) {
    this.pages.open({ ...place, page: place.page || null, box: place.box ? JSON.parse(place.box) : null });
  }

  next() {
    const order = [...this.items.keys()].map((n) => (this.at + 1 + n) % this.items.length);
    const found = order.find((n) => this.open(this.items[n]));
    if (found === undefined) say("所有需要处理的项目都已处理，可以提交。");
    else this.go(found);
  }

  key(event) {
    const typing = event.target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
    const item = this.items[this.at];
    if (event.key === "Escape" && typing) return event.target.blur();
    if (event.key === "Enter" && event.ctrlKey) return this.flush(item);
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    const moves = { j: () => this.go(this.at + 1), k: () => this.go(this.at - 1), u: () => this.next() };
    const acts = {
      y: () => this.confirm(item), n: () => this.reject(item), e: () => this.edit(item), m: () => this.marker.toggle(),
    };
    const act = moves[event.key] ?? (this.editable ? acts[event.key] : null);
    if (act) act();
    else if (this.editable && VERDICTS[event.key]) this.amend(item, { verdict: VERDICTS[event.key] });
    else return undefined;
    event.preventDefault();
    return undefined;
  }

  confirm(item) {
    if (item.verdict === "undetermined") return this.refuse(item, "机器没有结论，请看过案卷后按 1–4 选择结论。");
    return this.save(item, { action: "confirm", verdict: item.verdict });
  }

  reject(item) {
    if (item.verdict !== "breached") return this.refuse(item, "“不认定”用于机器认为不符合的项目；其他项目请用“修改”。");
    item.line = { ...item.line, draft: { action: "reject", verdict: "met" } };
    if (item.line.note.trim()) return this.save(item, item.line.draft);
    this.editing = item;
    this.refresh(item);
    this.criteria.querySelector('[data-field="note"]')?.focus();
    return this.refuse(item, "请写明不认定的理由，写完自动保存。", false);
  }

  edit(item) {
    this.editing = this.editing === item ? null : item;
    this.refresh(item);
    this.criteria.querySelector(".editor input, .editor textarea")?.focus();
  }

  // A change of verdict, limbs, count, anchors or search: the action follows from the machine's verdict.
  amend(item, change) {
    const line = item.line;
    const base = line.draft ?? { action: line.action || "amend", verdict: line.verdict || item.verdict };
    item.line = { ...line, ...change };
    const verdict = change.verdict ?? (change.limbs ? this.worst(item) : base.verdict);
    if (change.verdict && change.verdict !== "breached") item.line.limbs = {};
    this.editing = item;
    return this.save(item, { action: base.action === "reject" && verdict === "met" ? "reject" : "amend", verdict });
  }

  // A rule is as bad as its worst part, the machine's verdict standing where nobody spoke.
  worst(item) {
    const found = item.limbs.map((limb) => item.line.limbs[limb.id] ?? limb.verdict);
    return ["breached", "undetermined", "met"].find((verdict) => found.includes(verdict)) ?? "not_applicable";
  }

  typed(item, text) {
    item.line = { ...item.line, note: text };
    clearTimeout(this.timers.get(item.rule));
    this.timers.set(item.rule, setTimeout(() => this.flush(item), 900));
    this.status("待保存…");
  }

  flush(item) {
    clearTimeout(this.timers.get(item.rule));
    this.timers.delete(item.rule);
    const line = item.line;
    return this.save(item, line.draft ?? { action: line.action, verdict: line.verdict });
  }

  anchor(place) {
    const item = this.items[this.at];
    const anchors = [...item.line.anchors, { ...place, place: { ...place, words: this.pages.words(place) } }];
    item.line = { ...item.line, anchors };
    const said = item.line.draft ?? item.line;
    if (said.action) return this.save(item, { action: said.action, verdict: said.verdict || item.verdict });
    return this.save(item, { action: "", verdict: "" });
  }

  // One save at a time per criterion; what was changed meanwhile is sent when the answer is there.
  async save(item, said) {
    if (this.saving.has(item.rule)) {
      this.saving.set(item.rule, said);
      return;
    }
    this.saving.set(item.rule, null);
    this.status("保存中…");
    const note = item.line.note;
    let response, answer;
    try {
      response = await fetch(`${this.base}/lines/${item.rule}`, {
        method: "PUT",
        headers: { "X-CSRFToken": token(), "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify(this.message(item, said)),
      });
      answer = await response.json();
    } catch {
      answer = { error: { what: "与服务器的连接中断，这一项还没有保存。", remedy: "请检查网络后按 Ctrl+Enter 再存。" } };
    }
    const later = this.saving.get(item.rule);
    this.saving.delete(item.rule);
    if (response?.ok) this.saved(item, answer, note);
    else if (response?.status === 409 && answer.line) this.conflict(item, answer, said);
    else this.refused(item, said, answer.error ?? {});
    if (later && response?.ok) await this.save(item, later);
  }

  message(item, said) {
    const line = item.line;
    return {
      version: line.version, action: said.action, verdict: said.verdict, note: line.note,
      limbs: said.action === "amend" ? line.limbs : {}, occurrences: line.occurrences || 0, searched: line.searched,
      anchors: line.anchors.map(({ file, place, ...rest }) => {
        const from = place ?? rest;
        return { file: place?.file ?? file, page: from.page || null, at: from.at || rest.at || "",
          quote: rest.quote ?? "", box: typeof from.box === "string" && from.box ? JSON.parse(from.box) : from.box || null };
      }),
    };
  }

  saved(item, answer, note) {
    const typedSince = item.line.note !== note ? item.line.note : null;
    item.line = answer.line;
    if (typedSince !== null) item.line.note = typedSince;
    item.problem = item.conflict = null;
    Object.assign(this.state, { left: answer.left, score: answer.score, said: answer.said });
    this.totals();
    this.status("已保存");
    this.refresh(item);
  }

  conflict(item, answer, said) {
    item.conflict = { line: answer.line, what: answer.error.what, said };
    this.status("有冲突", true);
    this.refresh(item);
  }

  settle(item, mine) {
    const { line, said } = item.conflict;
    item.conflict = null;
    if (!mine) {
      item.line = line;
      this.status("已采用另一窗口的内容");
      return this.refresh(item);
    }
    item.line = { ...item.line, version: line.version };
    return this.save(item, said);
  }

  refused(item, said, error) {
    item.line = { ...item.line, draft: said.action ? said : null };
    this.editing = item;
    this.refuse(item, `${error.what ?? "没有保存。"}${error.remedy ?? ""}`);
    this.status("这一项尚未生效", true);
  }

  refuse(item, text, redraw = true) {
    item.problem = text;
    if (redraw) this.refresh(item);
  }

  status(text, bad = false) {
    const place = document.getElementById("save-state");
    place.textContent = text;
    place.classList.toggle("bad", bad);
  }

  async affirm(system, count) {
    if (!window.confirm(`“${system.label}”中机器存疑的其余 ${count} 项，您已看过案卷并均认定符合？否决项须逐项处理。`)) return;
    try {
      const answer = await send(`${this.base}/systems/${system.id}`);
      this.state = answer;
      this.items = answer.items;
      this.pages.state = answer;
      this.draw();
      this.totals();
      this.status("已保存");
    } catch (error) {
      sayFailure(error);
    }
  }

  totals() {
    const { score, left } = this.state;
    const range = score.low === score.high ? score.high.toFixed(1) : `${score.low.toFixed(1)}–${score.high.toFixed(1)}`;
    document.getElementById("score-live").textContent = `${range} / ${score.full} 分　${score.grade}`;
    const open = document.getElementById("score-left");
    open.textContent = left.length ? `还有 ${left.length} 项待处理` : "全部处理完";
    open.classList.toggle("none", !left.length);
    const lines = [...score.lines.map((line) => line.text), ...score.totals].map((text) => {
      const entry = document.createElement("li");
      entry.textContent = text;
      return entry;
    });
    document.getElementById("arithmetic").replaceChildren(...lines);
    const submit = document.getElementById("submit-sheet");
    if (submit) submit.disabled = left.length > 0;
    const note = document.getElementById("submit-note");
    if (note) note.textContent = left.length ? `还有 ${left.length} 项没有处理：${left.slice(0, 8).join("、")}` : "";
  }
}

const root = document.getElementById("score-desk");
if (root) {
  const desk = new Desk(root);
  desk.criteria.addEventListener("click", (event) => {
    const element = event.target.closest("[data-place]");
    if (element) desk.pages.open(placeOf(element));
  });
}
