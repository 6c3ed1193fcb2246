// One criterion on the desk: its row, what the machine shows, the reviewer's actions and the editor.

const LABELS = { met: "符合", breached: "不符合", undetermined: "待核", not_applicable: "不适用" };
const ACTIONS = { confirm: "已确认", reject: "不认定", amend: "已修改" };

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

const mark = (verdict) => element("span", { class: `verdict verdict-${verdict}` }, LABELS[verdict] ?? verdict);

export function row(item) {
  const said = item.line.action ? `${ACTIONS[item.line.action]}：` : item.rank < 2 ? "机器：" : "";
  return element(
    "button", { type: "button", class: "criterion-row" },
    element("span", { class: "id" }, item.rule),
    element("span", { class: "title" }, item.title, item.veto ? " 〔否决〕" : ""),
    element("span", {}, element("span", { class: "help-text" }, said), mark(item.line.action ? item.line.verdict : item.verdict)),
  );
}

function placeButton(place, text) {
  return element("button", {
    type: "button", class: "place", "data-place": true, "data-file": place.file, "data-name": place.name, "data-page": place.page || "",
    "data-box": typeof place.box === "string" ? place.box : place.box ? JSON.stringify(place.box) : "", "data-at": place.at, "data-quote": place.quote, "data-turn": place.turn,
  }, text);
}

function proof(entry) {
  if (entry.absent) return element("p", { class: "help-text" }, entry.absent);
  const words = entry.quote ? `${entry.label}：“${entry.quote.slice(0, 40)}”` : entry.label;
  return placeButton(entry, `${words}　${entry.words}`);
}

export function body(item, desk) {
  const box = element("div", { class: "criterion-body" });
  if (item.verdict !== "met") box.append(element("p", {}, item.question || item.message || ""));
  if (item.question && item.message && item.message !== "需人工判断") box.append(element("p", { class: "help-text" }, item.message));
  if (item.question && item.where.length) box.append(element("p", { class: "help-text" }, `看：${item.where.join("、")}`));
  if (item.basis?.length) box.append(element("p", { class: "help-text" }, item.basis.join("；"), item.confirmed ? "" : "（待核对条文）"));
  box.append(...item.evidence.map(proof));
  if (item.veto) box.append(element("p", { class: "help-text" }, "否决项：两名评查员一致认定，或者合议表决通过，才能成立。"));
  if (item.conflict) box.append(conflict(item, desk));
  if (item.problem) box.append(element("p", { class: "refusal", role: "alert" }, item.problem));
  if (desk.editable) box.append(actions(item, desk));
  if (desk.editing === item || (item.line.action && item.line.action !== "confirm") || item.line.note) box.append(editor(item, desk));
  else if (item.line.anchors.length) box.append(anchors(item, desk));
  return box;
}

function actions(item, desk) {
  const button = (label, key, act, on) => element(
    "button", { type: "button", class: `btn btn-outline-secondary btn-sm ${on ? "on" : ""}`, onclick: act }, label, element("kbd", {}, key),
  );
  const made = element("div", { class: "act" });
  const { action, verdict } = item.line;
  if (item.verdict === "undetermined") {
    Object.entries({ met: "1", breached: "2", not_applicable: "3", undetermined: "4" }).forEach(([code, key]) =>
      made.append(button(LABELS[code], key, () => desk.amend(item, { verdict: code }), action && verdict === code)));
  } else {
    made.append(button(`确认${LABELS[item.verdict]}`, "y", () => desk.confirm(item), action === "confirm"));
    if (item.verdict === "breached") made.append(button("不认定", "n", () => desk.reject(item), action === "reject"));
  }
  made.append(button("修改", "e", () => desk.edit(item), desk.editing === item || action === "amend"));
  return made;
}

function anchors(item, desk) {
  const list = element("div", {});
  item.line.anchors.forEach((anchor, n) => {
    const place = anchor.place ?? anchor;
    const drop = element("button", {
      type: "button", "aria-label": "去掉这个出处",
      onclick: () => desk.amend(item, { anchors: item.line.anchors.filter((_, other) => other !== n) }),
    }, "×");
    const shown = placeButton({ ...place, quote: anchor.quote ?? "", at: anchor.at ?? place.at ?? "" }, place.words ?? place.name ?? "");
    list.append(element("span", { class: "anchor" }, shown, desk.editable ? drop : null));
  });
  return list;
}

function editor(item, desk) {
  const line = item.line, off = !desk.editable;
  const said = line.draft?.verdict || line.verdict || (line.action ? "" : item.verdict);
  const choices = element("div", { class: "choices", role: "radiogroup", "aria-label": "认定" });
  for (const [code, label] of Object.entries(LABELS)) {
    const radio = element("input", {
      type: "radio", class: "form-check-input me-1", name: `verdict-${item.rule}`, value: code, disabled: off,
      "data-field": `verdict-${code}`, onchange: () => desk.amend(item, { verdict: code }),
    });
    radio.checked = said === code;
    choices.append(element("label", {}, radio, label));
  }
  const made = element("div", { class: "editor" }, choices);
  if (item.limbs.length) {
    made.append(...item.limbs.map((limb) => limbRow(item, limb, desk)));
    made.append(element("p", { class: "help-text mb-0" }, "没有另选的待核分项，认定后按符合计。"));
  }
  if (said === "breached" && !item.limbs.length) made.append(count(item, desk));
  made.append(element("div", {}, element("span", { class: "help-text" }, "出处：按 m 或“标出位置”后在页面上拖出方框，或在文字中选中词句 "), anchors(item, desk)));
  if (said === "breached") made.append(searched(item, desk));
  const note = element("textarea", {
    class: "form-control form-control-sm", rows: 2, maxlength: 2000, placeholder: "意见、理由（改变机器结论必填，自动保存）", "data-field": "note",
    "aria-label": "意见", disabled: off, oninput: (event) => desk.typed(item, event.target.value), onblur: () => desk.timers.has(item.rule) && desk.flush(item),
  });
  note.value = line.note;
  made.append(note);
  return made;
}

function limbRow(item, limb, desk) {
  const choose = element("select", {
    class: "form-select form-select-sm", "aria-label": limb.title, disabled: !desk.editable, "data-field": `limb-${limb.id}`,
    onchange: (event) => desk.amend(item, { limbs: { ...item.line.limbs, [limb.id]: event.target.value } }),
  });
  for (const [code, label] of Object.entries(LABELS)) choose.append(new Option(label, code));
  choose.value = item.line.limbs[limb.id] ?? limb.verdict;
  return element("label", { class: "limb" }, element("span", { class: "help-text" }, limb.title), choose);
}

function count(item, desk) {
  const input = element("input", {
    type: "number", min: 1, max: 999, class: "form-control form-control-sm cap-input d-inline-block", "data-field": "count", disabled: !desk.editable,
    onchange: (event) => desk.amend(item, { occurrences: Number(event.target.value) }),
  });
  input.value = item.line.occurrences || item.occurrences || 1;
  return element("label", {}, "处数 ", input);
}

// 缺少材料: what was gone through stands in for a page.
function searched(item, desk) {
  const kinds = [...new Set([...item.where, "全部卷内文书"])];
  const list = element("div", { class: "choices" }, element("span", { class: "help-text" }, "缺少材料的，已查找："));
  for (const kind of kinds) {
    const box = element("input", {
      type: "checkbox", class: "form-check-input me-1", disabled: !desk.editable, "data-field": `searched-${kind}`,
      onchange: (event) => {
        const others = item.line.searched.filter((name) => name !== kind);
        desk.amend(item, { searched: event.target.checked ? [...others, kind] : others });
      },
    });
    box.checked = item.line.searched.includes(kind);
    list.append(element("label", {}, box, kind));
  }
  return list;
}

function conflict(item, desk) {
  const there = item.conflict.line, here = item.conflict.said;
  const text = (verdict, note) => `${LABELS[verdict] ?? "未认定"}${note ? `，${note}` : ""}`;
  return element(
    "div", { class: "conflict", role: "alert" },
    element("p", {}, item.conflict.what),
    element("p", {}, "另一窗口：", text(there.verdict, there.note)),
    element("p", {}, "本窗口：", text(here.verdict, item.line.note)),
    element("button", { type: "button", class: "btn btn-outline-secondary btn-sm me-2", onclick: () => desk.settle(item, false) }, "采用另一窗口的"),
    element("button", { type: "button", class: "btn btn-outline-secondary btn-sm", onclick: () => desk.settle(item, true) }, "用本窗口的覆盖"),
  );
}
