// The form that corrects one fact: built from its type, saved with Enter, left with Escape.

const STATES = [["recorded", "填写值"], ["confirmed_absent", "查明没有"], ["not_yet", "程序未到"], ["unrecorded", "未登记"]];

function element(name, attributes = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

function select(pairs, value) {
  const made = element("select", { class: "form-select form-select-sm" });
  for (const [code, label] of pairs) made.append(element("option", { value: code }, label));
  if (value !== undefined && value !== null) made.value = String(value);
  return made;
}

// A control for one value: {node, read()}; read gives the interchange form, or null when left empty.
export function control(type, value, options) {
  if (type === "bool") {
    const node = select([["", "未选"], ["true", "是"], ["false", "否"]], value === null ? "" : String(value));
    return { node, read: () => (node.value === "" ? null : node.value === "true") };
  }
  if (type === "enum") {
    const node = select([["", "未选"], ...Object.entries(options)], value ?? "");
    return { node, read: () => node.value || null };
  }
  if (type === "set") return checks(value ?? [], options);
  if (type === "rows") return rows(value ?? [], options);
  const kinds = { date: "date", datetime: "datetime-local", int: "number" };
  const node = element("input", { class: "form-control form-control-sm", type: kinds[type] ?? "text" });
  if (type === "datetime") node.step = 1;
  if (type === "money" || type === "decimal") node.inputMode = "decimal";
  node.value = value ?? "";
  const convert = type === "int" ? Number : (text) => text;
  return { node, read: () => (node.value.trim() === "" ? null : convert(node.value.trim())) };
}

function checks(value, options) {
  const node = element("div", { class: "d-flex flex-wrap gap-2" });
  const boxes = Object.entries(options).map(([code, label]) => {
    const box = element("input", { type: "checkbox", class: "form-check-input me-1", value: code });
    box.checked = value.includes(code);
    const wrap = element("label", { class: "form-check-label small" });
    wrap.append(box, label);
    node.append(wrap);
    return box;
  });
  if (boxes.length) return { node, read: () => boxes.filter((box) => box.checked).map((box) => box.value) };
  const text = element("input", { class: "form-control form-control-sm", type: "text", placeholder: "多项用顿号分开" });
  text.value = value.join("、");
  return { node: text, read: () => text.value.split(/[、,，;；]/).map((part) => part.trim()).filter(Boolean) };
}

function rows(value, fields) {
  const node = element("div", { class: "rows-editor" });
  const lines = [];
  const add = (cells) => {
    const box = element("fieldset", { class: "rows-line" });
    const controls = Object.entries(fields).map(([name, field]) => {
      const made = control(field.type, cells[name] ?? null, field.options);
      const wrap = element("label", { class: "small" });
      wrap.append(field.label, made.node);
      box.append(wrap);
      return [name, made];
    });
    const line = { controls, box };
    const gone = element("button", { type: "button", class: "btn btn-sm btn-outline-secondary" }, "删除此行");
    gone.addEventListener("click", () => {
      box.remove();
      lines.splice(lines.indexOf(line), 1);
    });
    box.append(gone);
    lines.push(line);
    node.insertBefore(box, node.lastChild);
  };
  const more = element("button", { type: "button", class: "btn btn-sm btn-outline-primary" }, "添加一行");
  node.append(more);
  more.addEventListener("click", () => add({}));
  value.forEach(add);
  const cellsOf = (line) => Object.fromEntries(line.controls.map(([name, made]) => [name, made.read()])
    .filter(([, cell]) => cell !== null && !(Array.isArray(cell) && !cell.length)));
  return { node, read: () => lines.map(cellsOf) };
}

export function editor(row, save) {
  const place = row.querySelector(".fact-form");
  if (place.firstChild) return;
  const data = row.dataset;
  const form = element("form", { class: "fact-editor" });
  const state = select(STATES, data.state === "new" ? "recorded" : data.state);
  state.setAttribute("aria-label", `${data.label}的状态`);
  const made = control(data.type, JSON.parse(data.value || "null"), JSON.parse(data.options || "{}"));
  if (made.node.matches("input, select")) made.node.setAttribute("aria-label", `${data.label}的值`);
  const note = element("input", {
    class: "form-control form-control-sm", type: "text", placeholder: "更正理由（可不填）", maxlength: 500,
    "aria-label": "更正理由",
  });
  const buttons = element("div", { class: "d-flex gap-2" });
  const cancel = element("button", { type: "button", class: "btn btn-sm btn-outline-secondary" }, "取消");
  buttons.append(element("button", { class: "btn btn-sm btn-primary" }, "保存更正"), cancel);
  const toggle = () => (made.node.hidden = state.value !== "recorded");
  state.addEventListener("change", toggle);
  toggle();
  form.append(state, made.node, note, buttons);
  const close = () => {
    place.replaceChildren();
    row.focus();
  };
  cancel.addEventListener("click", close);
  form.addEventListener("keydown", (event) => event.key === "Escape" && close());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = state.value === "recorded" ? made.read() : null;
    place.replaceChildren();
    save(row, { origin: "corrected", state: state.value, value, note: note.value });
  });
  place.replaceChildren(form);
  (made.node.matches("input, select") ? made.node : state).focus();
}
