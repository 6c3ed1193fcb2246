"""The rule book for people: every rule of the pack, one page per rule, and the register of laws.

Pages are made from the rule files alone, so that what a person reads is what the grading does.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts import Role
from casefiles.wording import fact_label
from foundation import clock, errors, web
from scoring_rules import (
    DOCUMENT_KINDS,
    SYSTEMS,
    VERDICTS,
    Law,
    LawText,
    Rule,
    Standard,
    imported_keys,
    imported_text,
    law_folder,
    law_register,
    load_pack,
    load_standard,
    rule_entry,
    rule_page,
    standard_ids,
)

rules_bp = Blueprint("rules", __name__)
ROUTES: tuple[web.Route, ...] = (
    ("GET", "/rules", "index"),
    ("GET", "/rules/<rule_id>", "rule"),
    ("GET", "/laws", "laws"),
    ("GET", "/laws/<law_id>", "law"),
)
READERS = (Role.CLERK, Role.HEAD, Role.REVIEWER, Role.LEADER, Role.ADMINISTRATOR, Role.SUPERVISOR)
SUBJECTS = {
    "P": "行政处罚（普通程序与共同要求）", "S": "行政处罚（简易程序）", "F": "人民防空行政处罚", "L": "行政许可",
    "C": "行政强制", "I": "行政检查", "G": "政府信息公开", "T": "三项制度", "A": "归档", "D": "抽取与典型差案条件",
}  # fmt: skip
VERDICT_WORDS = {"met": "符合", "breached": "不符合", "undetermined": "待核", "not_applicable": "不适用"}
DOUBTS = {"yes": "", "old": "旧文本未确认", "no": "未确认"}
STATE_WORDS = {"confirmed_absent": "查明没有", "not_yet": "程序未到", "unrecorded": "未登记"}


class Filter(NamedTuple):
    """What the list is narrowed to; empty keeps everything."""

    system: str
    text: str
    confirmed: str

    def keeps(self, entry: Mapping[str, Any]) -> bool:
        """Whether an entry of the list stays; words are looked for in id, title and clauses."""
        clauses = (basis["clause"] for basis in entry["basis"])
        words = " ".join((entry["id"], entry["title"], *clauses)).casefold()
        return (
            (not self.system or entry["system"] == self.system)
            and (not self.confirmed or entry["doubt"] == DOUBTS.get(self.confirmed, ""))
            and all(word in words for word in self.text.casefold().split())
        )


def index() -> ResponseReturnValue:
    """Every rule of the pack by subject, with what a breach costs under a standard."""
    args = request.args
    wanted = Filter(args.get("system", ""), args.get("q", "").strip()[:100], args.get("confirmed", ""))
    pack, standard, today = load_pack(), chosen_standard(), clock.today()
    entries = [summary(rule, standard, today) for rule in pack.rules]
    kept = [entry for entry in entries if wanted.keeps(entry)]
    return render_template(
        "rulebook/list.html",
        groups=grouped(kept),
        kept=len(kept),
        count=len(entries),
        unconfirmed=Counter(entry["doubt"] for entry in entries),
        wanted=wanted,
        pack=pack,
        standard=standard,
        standards=[load_standard(id) for id in standard_ids()],
        systems=SYSTEMS,
        doubts=DOUBTS,
    )


def rule(rule_id: str) -> ResponseReturnValue:
    """One rule: law, dates, parameters, words, price and its own tests as worked examples."""
    pack, standard = load_pack(), chosen_standard()
    found = next((rule for rule in pack.rules if rule.id == rule_id), None)
    if found is None:
        raise errors.NotFound(f"规则包里没有编号 {rule_id[:20]} 的规则。", "请从评查规则目录进入。")
    return render_template(
        "rulebook/rule.html",
        rule=page_of(found, standard, clock.today()),
        subject=SUBJECTS.get(rule_id[0], ""),
        neighbours=neighbours(rule_id, [rule.id for rule in pack.rules]),
        pack=pack,
        standard=standard,
        standards=[load_standard(id) for id in standard_ids()],
        verdicts=VERDICT_WORDS,
        today=clock.today().isoformat(),
    )


def laws() -> ResponseReturnValue:
    """The register of laws: which text was in force when, and which texts this machine holds."""
    held = imported_keys(law_folder(web.settings().var))
    registered = law_register().laws
    used = rules_by_law()
    return render_template("rulebook/laws.html", laws=registered, held=held, used=used, today=clock.today())


def law(law_id: str) -> ResponseReturnValue:
    """One law: its texts, the rules that rest on it and the articles where imported."""
    found = next((law for law in law_register().laws if law.id == law_id), None)
    if found is None or not found.texts:
        raise errors.NotFound("法律登记簿里没有这部法。", "请从法律登记簿进入。")
    text = chosen_text(found, request.args.get("text", ""), clock.today())
    return render_template(
        "rulebook/law.html",
        law=found,
        text=text,
        imported=imported_text(law_folder(web.settings().var), found.id, text.text),
        used=rules_by_law().get(found.id, {}),
        by_article=rules_by_article(found, text.text),
        today=clock.today(),
    )


def chosen_standard() -> Standard:
    """The standard of the address line, or the default."""
    id = request.args.get("standard", "")
    return load_standard(id) if id in standard_ids() else load_standard()


def chosen_text(law: Law, label: str, today: date) -> LawText:
    """The text asked for; else that in force today; else the last."""
    named = next((text for text in law.texts if text.text == label), None)
    return named or law.on(today) or law.texts[-1]


def summary(rule: Rule, standard: Standard, today: date) -> dict[str, Any]:
    """A line of the list: the entry of the contract, the clauses of today and the price in words."""
    entry = rule_entry(rule, standard)
    now = [basis for basis in entry["basis"] if in_force(basis, today.isoformat())]
    return {**entry, "now": linked(now), "price": price_words(entry), "doubt": doubt_of(rule, now)}


def doubt_of(rule: Rule, now: Iterable[Mapping[str, Any]]) -> str:
    """How far a rule was checked against official texts, the clauses of today apart from earlier ones."""
    if not rule.confirmed or not all(check.confirmed for check in rule.checks):
        return DOUBTS["no"]
    if not all(basis["confirmed"] for basis in now):
        return DOUBTS["no"]
    every = all(basis.confirmed for check in rule.checks for basis in check.basis)
    return DOUBTS["yes" if every else "old"]


def in_force(basis: Mapping[str, Any], day: str) -> bool:
    """Whether a clause was in force on a day (ISO dates)."""
    start, end = basis["in_force"]
    return (start is None or start <= day) and (end is None or day <= end)


def linked(clauses: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Clauses with the address that opens the article; each clause once, in force first to last."""
    found: dict[str, dict[str, Any]] = {}
    for basis in clauses:
        law = law_register().find(basis["law"])
        number = basis["article"]
        url = None
        if law is not None and law.texts:
            anchor = f"article-{number}" if number is not None else None
            url = url_for("rules.law", law_id=law.id, text=basis["text"], _anchor=anchor)
        found.setdefault(basis["clause"], {**basis, "url": url})
    return list(found.values())


def price_words(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What a breach costs: points in words (the dearest limb), and whether it vetoes wholly or in part."""
    parts = list(entry.get("limb_points", {}).values())
    points = max((part["points"] for part in parts), default=entry["points"])
    words = f"{points:g} 分" if points else ""
    if words and entry["per"] == "occurrence":
        words = f"每处 {words}"
    if len({part["points"] for part in parts}) > 1:
        words = f"最高 {words}"
    if entry["cap"] is not None and entry["cap"] != points:
        words += f"，封顶 {entry['cap']:g} 分"
    partly = any(part["veto"] for part in parts) and not all(part["veto"] for part in parts)
    veto = entry["veto"] if not parts else any(part["veto"] for part in parts)
    return {"words": words, "veto": veto, "partly": partly}


def grouped(entries: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Entries by subject, in the order of ``SUBJECTS``."""
    groups: dict[str, list[Mapping[str, Any]]] = {letter: [] for letter in SUBJECTS}
    for entry in entries:
        groups.setdefault(entry["id"][0], []).append(entry)
    return [(SUBJECTS.get(letter, letter), found) for letter, found in groups.items() if found]


def page_of(rule: Rule, standard: Standard, today: date) -> dict[str, Any]:
    """What the page of a rule shows: ``rule_page`` with clauses linked, prices and examples in words."""
    page = rule_page(rule, standard)
    page["doubt"] = doubt_of(rule, [b for b in page["basis"] if in_force(b, today.isoformat())])
    limbs = page.get("limb_points", {})
    for check in page["checks"]:
        check["clauses"] = linked(check["clauses"])
        words = "".join(filter(None, (check["when_words"], check["require_words"], check["message_words"])))
        check["params"] = [p for p in check["params"] if not check["id"] or p["mark"] in words]
        own = limbs.get(check["id"])
        check["price"] = price_words(own) if own else None
    page["clauses"] = linked(page["basis"])
    page["doubts"] = [basis for basis in page["clauses"] if not basis["confirmed"]]
    page["price"] = price_words(page)
    examples = [example_of(example) for example in page["examples"]]
    page["groups"] = [(verdict, [e for e in examples if e["verdict"] == verdict]) for verdict in VERDICTS]
    for fact in page["facts"]:
        fact["documents"] = [DOCUMENT_KINDS.get(kind, kind) for kind in fact["documents"]]
    return page


def example_of(example: Mapping[str, Any]) -> dict[str, Any]:
    """A test of the rule file as a worked example."""
    states = {fact_label(name): STATE_WORDS.get(state, state) for name, state in example["states"].items()}
    limbs = {id: VERDICT_WORDS[verdict] for id, verdict in example["expect"].items() if id != "rule"}
    documents = [DOCUMENT_KINDS.get(kind, kind) for kind in example["documents"]]
    return {**example, "states": states, "limbs": limbs, "documents": documents}


def neighbours(rule_id: str, ids: list[str]) -> tuple[str | None, str | None]:
    """The rules before and after."""
    at = ids.index(rule_id)
    return (ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None)


def rules_by_law() -> dict[str, dict[str, str]]:
    """Law → the rules that rest on any text of it, id to title."""
    used: dict[str, dict[str, str]] = {}
    for rule in load_pack().rules:
        for name in {basis.law for check in rule.checks for basis in check.basis}:
            law = law_register().find(name)
            if law is not None:
                used.setdefault(law.id, {})[rule.id] = rule.title
    return used


def rules_by_article(law: Law, text: str) -> dict[int, dict[str, str]]:
    """Article of a text → the rules that cite it, id to title."""
    used: dict[int, dict[str, str]] = {}
    for rule in load_pack().rules:
        for basis in (basis for check in rule.checks for basis in check.basis):
            if basis.text == text and basis.article is not None and law_register().find(basis.law) is law:
                used.setdefault(basis.article, {})[rule.id] = rule.title
    return used


VIEWS = {"index": index, "rule": rule, "laws": laws, "law": law}
web.add_routes(rules_bp, ROUTES, VIEWS)
web.register_nav("规则", "评查规则", "rules.index", READERS, "每条规则的要求、依据、分值和实例")
web.register_nav("规则", "法律登记簿", "rules.laws", READERS, "法律各版本的施行期和条文")
