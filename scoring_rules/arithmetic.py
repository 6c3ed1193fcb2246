"""From verdicts to a score: integers in tenths of a point, in one fixed order.

occurrences × points → cap of the rule → one fault once (``suppresses``) → full mark of the item →
sum → ``max(0, full − sum)`` → vetoes set the grade, and the score is still shown. What is not decided
makes the score an interval: the high end is the best the open verdicts allow, the low end the worst.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from .standard import PENDING, Item, Standard


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
    best = _scene(standard, entries, ("breached",))
    least = _scene(standard, entries, ("breached", "undetermined"))
    applicable = {entry.rule for entry in entries}
    high, kept = _total(standard, best.amounts, applicable)
    low, _ = _total(standard, least.amounts, applicable)
    grade = standard.veto_grade if best.vetoes else standard.grade_of(high)
    other = standard.veto_grade if least.vetoes else standard.grade_of(low)
    return Score(
        low=low,
        high=high,
        grade=grade if grade == other else PENDING,
        flagged=bool(best.vetoes) or high < standard.pass_line,
        pending=tuple(entry.rule for entry in entries if entry.verdict == "undetermined"),
        vetoes=best.vetoes,
        lines=tuple(_lines(standard, entries, best, least)),
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
