"""A review standard: what a breach costs, where the grade lines lie, which breaches veto.

The law stands in the rules; a standard is what one reviewing body adopts
(``standards/<body>-<year>.yaml``). Points are written in points and held in tenths.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from .home import ROOT
from .language.operators import near
from .rules import Rule
from .source import Document, PackError, load

FOLDER = ROOT / "standards"
DEFAULT = "jilin-rf-2020"
PENDING = "待核"


class Price(NamedTuple):
    """What a breach costs in tenths. ``per`` is ``rule`` (once) or ``occurrence``; ``cap`` bounds the
    rule's whole deduction; ``limbs`` price the limbs of a rule one by one, ``None``: all alike."""

    points: int
    cap: int | None
    per: str
    veto: bool
    limbs: Mapping[str, "Price"] | None

    def of(self, limb: str) -> "Price | None":
        """The price of a limb; ``None`` where the standard does not price it."""
        return self.limbs.get(limb) if self.limbs is not None and limb else self

    def bounded(self, amount: int) -> int:
        """An amount within the cap."""
        return amount if self.cap is None else min(amount, self.cap)

    def whole(self, amount: int) -> int:
        """The deduction of a whole rule from the sum of its parts."""
        once = self.limbs is None and self.per == "rule"
        return self.bounded(min(amount, self.points) if once else amount)


class Item(NamedTuple):
    """Rules that lose points together, never more than ``full``."""

    id: str
    title: str
    full: int
    rules: tuple[str, ...]


class Group(NamedTuple):
    """A part of the whole mark, counted by itself: what its ``items`` keep of their marks is re-based to
    ``full`` (with ``rescale`` over the items that apply, else an item that does not apply keeps its mark);
    then ``deductions`` fall point for point."""

    id: str
    title: str
    full: int
    items: tuple[Item, ...]
    deductions: tuple[Item, ...]
    rescale: bool


class Standard(NamedTuple):
    """A standard; ``grades`` run from the highest line down, lines in tenths. ``groups`` share out the
    whole mark; the points of a rule that stands in none fall off the sum.

    ``suppresses``: rule → rules (or ``rule.limb``) of the same fault, whose points then do not fall
    again. ``id@version+sha256:…`` is ``full_id``.
    """

    id: str
    version: str
    hash: str
    title: str
    body: str
    source: str
    confirmed: bool
    full: int
    grades: tuple[tuple[str, int], ...]
    groups: tuple[Group, ...]
    rules: Mapping[str, Price]
    suppresses: Mapping[str, tuple[str, ...]]
    veto_grade: str
    candidate: Mapping[str, Any]

    @property
    def full_id(self) -> str:
        """Id, version and hash, as results store it."""
        return f"{self.id}@{self.version}+sha256:{self.hash}"

    def grade_of(self, score: int) -> str:
        """The grade of a score in tenths."""
        for name, line in self.grades:
            if score >= line:
                return name
        return self.grades[-1][0]

    @property
    def pass_line(self) -> int:
        """The line of the lowest grade but one: under it a case is a candidate."""
        return self.grades[-2][1] if len(self.grades) > 1 else 0

    def price(self, rule: str) -> Price:
        """The price of a rule; a rule the standard does not list costs nothing."""
        return self.rules.get(rule, NOTHING)


NOTHING = Price(0, None, "rule", False, None)
_KEYS: dict[str, Any] = {
    "id": str, "version": (str, float, int), "title": str, "body": str, "source": str, "confirmed": bool,
    "full": int, "grades": list, "groups": list, "rules": dict, "suppresses": dict,
    "candidate": dict, "veto_grade": str, "note": str,
}  # fmt: skip
_GROUP = {
    "id": str,
    "title": str,
    "full": (int, float),
    "not_applicable": str,
    "items": list,
    "deductions": list,
}
_ITEM = {"id": str, "title": str, "full": (int, float), "rules": list}
_ABSENT = ("full_marks", "rescale")
_PRICE = {"points", "cap", "per", "veto", "limbs", "note"}


def standard_ids() -> tuple[str, ...]:
    """The ids of every standard in the repository."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def load_standard(id: str = DEFAULT) -> Standard:
    """The standard of that id; raises ``PackError`` for an unknown id or a faulty file."""
    path = FOLDER / f"{id}.yaml"
    if id not in standard_ids():
        raise PackError(id, "没有这个评查标准", f"可用：{'、'.join(standard_ids())}")
    return read_standard(path)


def read_standard(path: Path, rules: Sequence[Rule] = ()) -> Standard:
    """The standard of a file, checked; with ``rules``, also that it prices none by a name it has not. (In force
    it may: while an earlier pack stands in for a faulty one, a price for a new rule waits.)"""
    doc = load(path)
    data = doc.data
    _shape(doc, (), data, _KEYS, ("id", "version", "title", "full", "grades", "rules"))
    grades = tuple((entry["name"], _tenths(doc, ("grades",), entry["from"])) for entry in data["grades"])
    if list(grades) != sorted(grades, key=lambda grade: -grade[1]) or grades[-1][1] != 0:
        raise PackError(doc.where("grades"), "等次应由高到低，最低一等自 0 分起", "调整 grades")
    full = _tenths(doc, ("full",), data["full"])
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, default=str)
    standard = Standard(
        id=data["id"],
        version=str(data["version"]),
        hash=hashlib.sha256(canonical.encode()).hexdigest(),
        title=data["title"],
        body=data.get("body", ""),
        source=data.get("source", ""),
        confirmed=data.get("confirmed", False),
        full=full,
        grades=grades,
        groups=_groups(doc, data.get("groups", ()), full),
        rules={rule: _price(doc, ("rules", rule), entry, None) for rule, entry in data["rules"].items()},
        suppresses={rule: tuple(targets) for rule, targets in data.get("suppresses", {}).items()},
        veto_grade=data.get("veto_grade", grades[-1][0]),
        candidate=data.get("candidate", {}),
    )
    if rules:
        _names(doc, {rule.id: {check.id for check in rule.checks} for rule in rules})
    return standard


def standard_faults(rules: Sequence[Rule], folder: Path = FOLDER) -> Iterator[PackError]:
    """What is wrong with the standards beside these rules."""
    for path in sorted(folder.glob("*.yaml")):
        try:
            read_standard(path, rules)
        except PackError as error:
            yield error


def _names(doc: Document, limbs: Mapping[str, set[str]]) -> None:
    """Refuse a rule or limb that is not in the pack: its points would never fall."""

    def check(keys: tuple[Any, ...], name: str) -> None:
        rule, _, limb = name.partition(".")
        if rule not in limbs:
            raise PackError(doc.where(*keys), f"没有规则 {rule}", near(rule, limbs))
        if limb and limb not in limbs[rule]:
            raise PackError(doc.where(*keys), f"规则 {rule} 没有限肢 {limb}", near(limb, limbs[rule]))

    for rule, price in doc.data["rules"].items():
        check(("rules", rule), rule)
        for limb in price.get("limbs", ()):
            check(("rules", rule, "limbs", limb), f"{rule}.{limb}")
    for source, targets in doc.data.get("suppresses", {}).items():
        for name in (source, *targets):
            check(("suppresses", source), name)
    for at, group in enumerate(doc.data.get("groups", ())):
        for part in ("items", "deductions"):
            for place, item in enumerate(group.get(part, ())):
                for rule in item["rules"]:
                    check(("groups", at, part, place), rule)


def _groups(doc: Document, entries: Iterable[Any], full: int) -> tuple[Group, ...]:
    """The groups of a standard: their full marks add up to its own, and no rule stands in two places."""
    groups: list[Group] = []
    seen: set[str] = set()
    for at, entry in enumerate(entries):
        keys = ("groups", at)
        _shape(doc, keys, entry, _GROUP, ("id", "title", "full"))
        absent = entry.get("not_applicable", _ABSENT[0])
        if absent not in _ABSENT:
            raise PackError(
                doc.where(*keys, "not_applicable"),
                f"不适用项目的算法不能是 {absent}",
                f"写 {' 或 '.join(_ABSENT)}",
            )
        items, deductions = (
            _items(doc, (*keys, name), entry.get(name, ()), seen) for name in ("items", "deductions")
        )
        own = _tenths(doc, (*keys, "full"), entry["full"])
        groups.append(Group(entry["id"], entry["title"], own, items, deductions, absent == "rescale"))
    if groups and sum(group.full for group in groups) != full:
        raise PackError(doc.where("groups"), "各部分满分之和不等于 full", "调整 full")
    return tuple(groups)


def _items(doc: Document, keys: tuple[Any, ...], entries: Iterable[Any], seen: set[str]) -> tuple[Item, ...]:
    items: list[Item] = []
    for at, entry in enumerate(entries):
        _shape(doc, (*keys, at), entry, _ITEM, ("id", "title", "full", "rules"))
        again = seen & set(entry["rules"])
        if again:
            raise PackError(doc.where(*keys, at), f"规则 {'、'.join(sorted(again))} 在两个项目中", "只留一处")
        seen |= set(entry["rules"])
        full = _tenths(doc, (*keys, at, "full"), entry["full"])
        if not full:
            raise PackError(doc.where(*keys, at, "full"), "项目满分应大于零", "写出该项的标准分")
        items.append(Item(entry["id"], entry["title"], full, tuple(entry["rules"])))
    return tuple(items)


def _shape(
    doc: Document, keys: tuple[Any, ...], entry: Any, schema: Mapping[str, Any], needed: Iterable[str]
) -> None:
    """Refuse unknown keys, wrong types and what is missing, at its place."""
    if not isinstance(entry, dict):
        raise PackError(doc.where(*keys), "应为键值表", "写成 键: 值")
    for key, value in entry.items():
        if key not in schema or not isinstance(value, schema[key]):
            raise PackError(doc.where(*keys, key), f"未知的键或类型不对：{key}", f"可用：{'、'.join(schema)}")
    for key in needed:
        if key not in entry:
            raise PackError(doc.where(*keys), f"缺少 {key}", "补上")


def _price(doc: Document, keys: tuple[Any, ...], entry: Any, above: Price | None) -> Price:
    if not isinstance(entry, dict) or not set(entry) <= _PRICE:
        raise PackError(doc.where(*keys), "分值写法不对", f"键只用 {'、'.join(sorted(_PRICE))}")
    per = entry.get("per", above.per if above else "rule")
    if per not in ("rule", "occurrence"):
        raise PackError(doc.where(*keys, "per"), f"per 不能是 {per}", "写 rule 或 occurrence")
    price = Price(
        points=_tenths(doc, (*keys, "points"), entry.get("points", 0)),
        cap=_tenths(doc, (*keys, "cap"), entry["cap"]) if entry.get("cap") is not None else None,
        per=per,
        veto=bool(entry.get("veto", False)),
        limbs=None,
    )
    if "limbs" not in entry:
        return price
    limbs = {limb: _price(doc, (*keys, "limbs", limb), part, price) for limb, part in entry["limbs"].items()}
    return price._replace(limbs=limbs)


def _tenths(doc: Document, keys: tuple[Any, ...], value: Any) -> int:
    try:
        tenths = Decimal(str(value)) * 10
    except ArithmeticError as error:
        raise PackError(doc.where(*keys), f"分值 {value!r} 不是数", "写成 5 或 0.5") from error
    if tenths != tenths.to_integral_value() or tenths < 0:
        raise PackError(doc.where(*keys), f"分值 {value} 不是 0.1 分的整数倍", "写成 5 或 0.5")
    return int(tenths)
