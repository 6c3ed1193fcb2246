"""From verdicts to a score: integers in tenths of a point, in one fixed order.

occurrences × points → cap of the rule → one fault once (``suppresses``) → full mark of the item →
sum → ``max(0, full − sum)`` → vetoes set the grade, and the score is still shown. What is not decided
makes the score an interval: the high end is the best the open verdicts allow, the low end the worst.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from .standard import PENDING, Item, Price, Standard


class Part(NamedTuple):
    """The verdict of a limb and how often it was broken."""

    verdict: str
    occurrences: int


class Verdict(NamedTuple):
    """The verdict of a rule, as the machine or a person gave it; ``limbs`` empty for a rule without."""

    rule: str
    verdict: str
    occurrences: int
    limbs: Mapping[str, Part]


class Line(NamedTuple):
    """One line of the arithmetic, in tenths. ``at_stake`` is what the rule costs or would cost,
    ``deducted`` what fell at the high end, ``at_risk`` what falls at the low end."""

    rule: str
    verdict: str
    occurrences: int
    points: int
    at_stake: int
    deducted: int
    at_risk: int
    capped: bool
    suppressed_by: str | None
    veto: bool
    text: str

    def to_json(self) -> dict[str, Any]:
        """The line with amounts in points."""
        tenths = ("points", "at_stake", "deducted", "at_risk")
        return {key: value / 10 if key in tenths else value for key, value in self._asdict().items()}


class Score(NamedTuple):
    """A score interval in tenths with its grade, vetoes and arithmetic.

    ``grade`` is 待核 where the ends differ; ``flagged``: a veto is breached or the high end lies under
    the lowest line; ``pending``: rules not decided.
    """

    low: int
    high: int
    grade: str
    flagged: bool
    pending: tuple[str, ...]
    vetoes: tuple[str, ...]
    lines: tuple[Line, ...]
    totals: tuple[str, ...]


class _Cost(NamedTuple):
    sure: int
    open: int
    times: int
    capped: bool
    veto: bool
    open_veto: bool


def score(standard: Standard, verdicts: Iterable[Verdict]) -> Score:
    """The score of a set of verdicts under a standard."""
    entries = [entry for entry in verdicts if entry.verdict != "not_applicable"]
    costs = {entry.rule: _cost(standard.price(entry.rule), entry) for entry in entries}
    gone = _suppressed(standard, costs)
    sure = {rule: 0 if rule in gone else cost.sure for rule, cost in costs.items()}
    worst = {rule: 0 if rule in gone else cost.open for rule, cost in costs.items()}
    _open_groups(standard, costs, gone, sure, worst)
    applicable = set(costs)
    high, kept = _total(standard, sure, applicable)
    low, _ = _total(standard, worst, applicable)
    vetoes = tuple(rule for rule, cost in costs.items() if cost.veto)
    open_vetoes = [rule for rule, cost in costs.items() if cost.open_veto]
    best = standard.veto_grade if vetoes else standard.grade_of(high)
    least = standard.veto_grade if vetoes or open_vetoes else standard.grade_of(low)
    lines = tuple(_line(standard, entry, costs[entry.rule], sure, worst, gone) for entry in entries)
    line_under = standard.grades[-2][1] if len(standard.grades) > 1 else 0
    return Score(
        low=low,
        high=high,
        grade=best if best == least else PENDING,
        flagged=bool(vetoes) or high < line_under,
        pending=tuple(entry.rule for entry in entries if entry.verdict == "undetermined"),
        vetoes=vetoes,
        lines=tuple(
            line for line in lines if line.at_risk or line.deducted or line.suppressed_by or line.veto
        ),
        totals=(*kept, f"得分：{_points(low)}—{_points(high)}" if low != high else f"得分：{_points(high)}"),
    )


def regrade(standard: Standard, findings: Iterable[Mapping[str, Any]]) -> Score:
    """The score of given findings (entries of the contract's ``findings``): the same arithmetic on
    verdicts that a reviewer or a panel has changed. Rules of the result stage are left out."""
    return score(standard, [verdict_of(entry) for entry in findings if entry.get("stage") != "result"])


def verdict_of(entry: Mapping[str, Any]) -> Verdict:
    """A finding of the contract as the arithmetic reads it; a limb may be its verdict alone."""
    limbs = entry.get("limbs") or {}
    parts = {
        limb: Part(part, 1) if isinstance(part, str) else Part(part["verdict"], part.get("occurrences") or 1)
        for limb, part in limbs.items()
    }
    return Verdict(entry["rule"], entry["verdict"], entry.get("occurrences") or 1, parts)


def _cost(price: Price, entry: Verdict) -> _Cost:
    """What a rule costs for sure and at worst, before other rules are looked at."""
    parts = entry.limbs or {"": Part(entry.verdict, entry.occurrences)}
    if entry.limbs and worst_of(entry.limbs) != entry.verdict:
        parts = {"": Part(entry.verdict, entry.occurrences)}
    sure = worst = times = 0
    veto = open_veto = False
    for limb, part in parts.items():
        own = price.limbs.get(limb) if price.limbs is not None and limb else price
        if own is None or part.verdict not in ("breached", "undetermined"):
            continue
        count = max(1, part.occurrences) if own.per == "occurrence" else 1
        amount = _capped(own, own.points * count)
        worst += amount
        if part.verdict == "breached":
            sure, times = sure + amount, times + count
        veto = veto or (own.veto and part.verdict == "breached")
        open_veto = open_veto or own.veto
    if price.limbs is None and price.per == "rule":
        sure, worst = min(sure, price.points), min(worst, price.points)
    whole = _capped(price, sure)
    return _Cost(whole, _capped(price, worst), times, whole < sure, veto, open_veto)


def worst_of(limbs: Mapping[str, Part]) -> str:
    """The verdict of a rule from those of its limbs."""
    found = {part.verdict for part in limbs.values()}
    return next((v for v in ("breached", "undetermined", "met") if v in found), "not_applicable")


def _capped(price: Price, amount: int) -> int:
    return amount if price.cap is None else min(amount, price.cap)


def _suppressed(standard: Standard, costs: Mapping[str, _Cost]) -> dict[str, str]:
    """Rules whose points do not fall because a breached rule already counts the fault."""
    gone: dict[str, str] = {}
    for rule, targets in standard.suppresses.items():
        if rule in costs and rule not in gone and (costs[rule].sure or costs[rule].veto):
            gone.update({target: rule for target in targets if target in costs})
    return gone


def _open_groups(
    standard: Standard, costs: Mapping[str, _Cost], gone: Mapping[str, str], sure: dict[str, int],
    worst: dict[str, int],
) -> None:  # fmt: skip
    """Where it is open whether a rule suppresses others, one fault still counts once at either end:
    the dearer side at the low end, the cheaper at the high end."""
    for rule, targets in standard.suppresses.items():
        if (
            rule not in costs
            or rule in gone
            or rule in gone.values()
            or not (costs[rule].open or costs[rule].open_veto)
        ):
            continue
        group = [target for target in targets if target in costs and target not in gone]
        if costs[rule].open >= sum(worst[target] for target in group):
            worst.update(dict.fromkeys(group, 0))
        else:
            worst[rule] = 0
        if costs[rule].open < sum(sure[target] for target in group):
            sure.update(dict.fromkeys(group, 0))
            sure[rule] = costs[rule].open


def _total(standard: Standard, amounts: Mapping[str, int], applicable: set[str]) -> tuple[int, list[str]]:
    """The score of the amounts: items bounded by their full mark, inapplicable items rescaled."""
    placed = {rule for item in standard.items for rule in item.rules}
    lost = sum(amount for rule, amount in amounts.items() if rule not in placed)
    notes = [f"不属任何项目的扣分：{_points(lost)}"] if lost and standard.items else []
    out = 0
    for item in standard.items:
        if not applicable & set(item.rules):
            out += item.full
            continue
        own = sum(amounts.get(rule, 0) for rule in item.rules)
        if own:
            notes.append(_item_note(item, own))
        lost += min(own, item.full)
    left = standard.full - out if standard.rescale else standard.full
    got = max(0, left - lost)
    notes.append(f"满分 {_points(left)}，扣 {_points(lost)}，余 {_points(got)}")
    if left == standard.full or left <= 0:
        return got if left > 0 else standard.full, notes
    scaled = int(Fraction(got * standard.full, left) + Fraction(1, 2))
    notes.append(
        f"不适用项目 {_points(out)} 分，按 {_points(left)} 分折算为 {_points(scaled)}（四舍五入到 0.1 分）"
    )
    return scaled, notes


def _item_note(item: Item, own: int) -> str:
    capped = f"，以项目满分 {_points(item.full)} 为限" if own > item.full else ""
    return f"{item.title}：扣 {_points(own)}{capped}"


def _line(
    standard: Standard, entry: Verdict, cost: _Cost, sure: Mapping[str, int], worst: Mapping[str, int],
    gone: Mapping[str, str],
) -> Line:  # fmt: skip
    price = standard.price(entry.rule)
    by = gone.get(entry.rule) if cost.open else None
    note = f"，与 {by} 同一过错，不重复扣分" if by else "，以规则上限为限" if cost.capped else ""
    text = f"{entry.rule}：扣 {_points(sure[entry.rule])}（{max(cost.times, 0)} 处，每处 {_points(price.points)}{note}）"
    if entry.verdict == "undetermined" or worst[entry.rule] > sure[entry.rule]:
        text = f"{entry.rule}：待核，最多扣 {_points(worst[entry.rule])}{note}"
    return Line(
        entry.rule, entry.verdict, cost.times, price.points, cost.open, sure[entry.rule], worst[entry.rule],
        cost.capped, by, cost.veto, text,
    )  # fmt: skip


def _points(tenths: int) -> str:
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths / 10:.1f}"
