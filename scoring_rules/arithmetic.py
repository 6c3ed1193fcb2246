"""From verdicts to a score: integers in tenths of a point, in one fixed order.

occurrences × points → cap of the rule → one fault once (``suppresses``) → full mark of the item →
its group re-based to the group's mark → sum, never below nothing → vetoes set the grade, and the score is
still shown. What is not decided
makes the score an interval: the high end is the best the open verdicts allow, the low end the worst.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .standard import PENDING, Group, Item, Standard


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


Unit = tuple[str, str]
_HIGH, _LOW = "上限（未定的都按符合计）：", "下限（未定的都按不符合计）："


class _Scene(NamedTuple):
    """What falls in one reading of the open verdicts: tenths by rule, and which unit another counts."""

    amounts: Mapping[str, int]
    times: Mapping[str, int]
    capped: frozenset[str]
    gone: Mapping[Unit, str]
    vetoes: tuple[str, ...]


def score(standard: Standard, verdicts: Iterable[Verdict]) -> Score:
    """The score of a set of verdicts under a standard: the high end with every open verdict met, the low
    end with every open verdict breached."""
    entries = [entry for entry in verdicts if entry.verdict != "not_applicable"]
    costly = [entry for entry in entries if entry.verdict != "met"]
    best = _scene(standard, costly, ("breached",))
    least = _scene(standard, costly, ("breached", "undetermined"))
    applicable = {entry.rule for entry in entries}
    high, shown = _total(standard, best.amounts, applicable)
    low, shown_low = _total(standard, least.amounts, applicable)
    if low != high:
        ends = (f"得分：{_points(low)}—{_points(high)}",)
        totals = (_HIGH, *shown, _LOW, *shown_low, *ends)
    else:
        totals = (*shown, f"得分：{_points(high)}")
    grade = standard.veto_grade if best.vetoes else standard.grade_of(high)
    other = standard.veto_grade if least.vetoes else standard.grade_of(low)
    return Score(
        low=low,
        high=high,
        grade=grade if grade == other else PENDING,
        flagged=bool(best.vetoes) or high < standard.pass_line,
        pending=tuple(entry.rule for entry in entries if entry.verdict == "undetermined"),
        vetoes=best.vetoes,
        lines=tuple(_lines(standard, costly, best, least)),
        totals=totals,
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


def _parts(entry: Verdict) -> Mapping[str, Part]:
    """The limbs of a verdict; where a person set the whole against its limbs, the whole counts."""
    if entry.limbs and worst_of(entry.limbs) == entry.verdict:
        return entry.limbs
    return {"": Part(entry.verdict, entry.occurrences)}


def _scene(standard: Standard, entries: Iterable[Verdict], counted: tuple[str, ...]) -> _Scene:
    amounts: dict[Unit, int] = {}
    times: dict[str, int] = {}
    vetoes: set[Unit] = set()
    for entry in entries:
        price = standard.price(entry.rule)
        for limb, part in _parts(entry).items():
            own = price.of(limb)
            if part.verdict in counted and own is not None:
                sure = part.verdict == "breached" and own.per == "occurrence"
                count = max(1, part.occurrences) if sure else 1
                amounts[entry.rule, limb] = own.bounded(own.points * count)
                times[entry.rule] = times.get(entry.rule, 0) + count
                if own.veto:
                    vetoes.add((entry.rule, limb))
    gone = _once(standard, amounts, vetoes)
    sums: dict[str, int] = {}
    for unit, amount in amounts.items():
        if unit not in gone:
            sums[unit[0]] = sums.get(unit[0], 0) + amount
    bounded = {rule: standard.price(rule).whole(amount) for rule, amount in sums.items()}
    capped = frozenset(rule for rule, amount in sums.items() if bounded[rule] < amount)
    return _Scene(
        bounded, times, capped, gone, tuple(dict.fromkeys(rule for rule, _ in amounts if (rule, _) in vetoes))
    )


def _once(standard: Standard, amounts: Mapping[Unit, int], vetoes: set[Unit]) -> dict[Unit, str]:
    """Units whose points do not fall because a breach already counts the fault, with the breach that does."""
    gone: dict[Unit, str] = {}
    by_rule: dict[str, list[Unit]] = {}
    for unit in amounts:
        by_rule.setdefault(unit[0], []).append(unit)

    def named(name: str) -> list[Unit]:
        rule, _, limb = name.partition(".")
        return [unit for unit in by_rule.get(rule, ()) if unit not in gone and limb in ("", unit[1])]

    for source, targets in standard.suppresses.items():
        if any(amounts[unit] or unit in vetoes for unit in named(source)):
            for target in targets:
                gone.update(dict.fromkeys(named(target), source))
    return gone


def worst_of(limbs: Mapping[str, Part]) -> str:
    """The verdict of a rule from those of its limbs."""
    found = {part.verdict for part in limbs.values()}
    return next((v for v in ("breached", "undetermined", "met") if v in found), "not_applicable")


def _total(standard: Standard, amounts: Mapping[str, int], applicable: set[str]) -> tuple[int, list[str]]:
    """The score of the amounts with its arithmetic: each group by itself, then rules that stand in none."""
    notes: list[str] = []
    whole = 0
    loose = dict(amounts)
    for group in standard.groups:
        for item in (*group.items, *group.deductions):
            for rule in item.rules:
                loose.pop(rule, None)
        whole += _group(group, amounts, applicable, notes)
    lost = sum(loose.values())
    if not standard.groups:
        whole = standard.full
        notes.append(f"满分 {_points(whole)}，扣 {_points(lost)}，余 {_points(max(0, whole - lost))}")
    elif lost:
        notes.append(f"各部分合计 {_points(whole)}，不属任何部分的扣分 {_points(lost)}")
    return max(0, whole - lost), notes


def _group(group: Group, amounts: Mapping[str, int], applicable: set[str], notes: list[str]) -> int:
    """What is left of a group's mark."""
    out = [item for item in group.items if applicable.isdisjoint(item.rules)]
    counted = [item for item in group.items if item not in out or not group.rescale]
    marks = sum(item.full for item in counted)
    kept = marks - sum(_lost(group, item, amounts, notes) for item in group.items)
    got = rebased(group.full, kept, marks)
    if out and group.rescale:
        names = "、".join(item.title for item in out)
        notes.append(f"{group.title}：不适用 {names}，其标准分不计")
    if marks != group.full and marks:
        sum_ = f"{_points(group.full)} × {_points(kept)} ÷ {_points(marks)} = {_points(got)}"
        notes.append(
            f"{group.title}：标准分 {_points(marks)}，得 {_points(kept)}，{sum_}（四舍五入到 0.1 分）"
        )
    left = max(0, got - sum(_lost(group, item, amounts, notes) for item in group.deductions))
    notes.append(f"{group.title}：满分 {_points(group.full)}，得 {_points(left)}")
    return left


def rebased(full: int, kept: int, marks: int) -> int:
    """``kept`` of ``marks`` as a share of ``full`` tenths, half a tenth upwards; all of it where nothing
    could be lost."""
    return (2 * full * kept + marks) // (2 * marks) if marks else full


def _lost(group: Group, item: Item, amounts: Mapping[str, int], notes: list[str]) -> int:
    own = sum(amounts.get(rule, 0) for rule in item.rules)
    if own:
        capped = f"，以 {_points(item.full)} 分为限" if own > item.full else ""
        notes.append(f"{group.title}·{item.title}：扣 {_points(own)}{capped}")
    return min(own, item.full)


def _lines(standard: Standard, entries: Iterable[Verdict], best: _Scene, least: _Scene) -> Iterable[Line]:
    """A line for every rule that costs or could cost something, or whose points another rule counts."""
    for entry in entries:
        rule, price = entry.rule, standard.price(entry.rule)
        sure, worst = best.amounts.get(rule, 0), least.amounts.get(rule, 0)
        by = next((source for unit, source in best.gone.items() if unit[0] == rule), None)
        veto = rule in best.vetoes
        if not (sure or worst or by or veto):
            continue
        times = best.times.get(rule, 0)
        note = (
            f"，与 {by} 同一过错的部分不重复扣分" if by else "，以规则上限为限" if rule in best.capped else ""
        )
        if entry.verdict == "undetermined":
            text = f"{rule}：待核，最多扣 {_points(worst)}{note}"
        else:
            text = f"{rule}：扣 {_points(sure)}（{times} 处{note}）"
        at_stake = max(sure, worst, price.points if by else 0)
        yield Line(
            rule,
            entry.verdict,
            times,
            price.points,
            at_stake,
            sure,
            worst,
            rule in best.capped,
            by,
            veto,
            text,
        )


def _points(tenths: int) -> str:
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths / 10:.1f}"
