"""Words on verdicts, pure: a reviewer's or the panel's word laid over the machine's findings.

A finding is an entry of the contract's `findings`. A `Word` replaces its verdict, limbs and count; what two
people said is compared as a `stance`, which ignores everything that costs nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Finding = Mapping[str, Any]
COUNTED = "breached"


class WordError(ValueError):
    """A word that may not stand: a deduction without proof, an amendment without a reason (Chinese text)."""


@dataclass(frozen=True)
class Word:
    """Someone's word on one rule: verdict, verdict per limb ({} = as the machine), number of faults (0 = same)."""

    verdict: str
    limbs: Mapping[str, str] = field(default_factory=dict)
    occurrences: int = 0


def limb_verdicts(finding: Finding) -> dict[str, str]:
    """{limb id: verdict} of a finding, {} where the rule has no limbs."""
    limbs: Mapping[str, Any] = finding.get("limbs") or {}
    return {k: v if isinstance(v, str) else str(v["verdict"]) for k, v in limbs.items()}


def combined(limbs: Iterable[str]) -> str:
    """The verdict of a rule from its limbs: breached > undetermined > met > not applicable."""
    found = set(limbs)
    return next((v for v in ("breached", "undetermined", "met") if v in found), "not_applicable")


def apply(findings: Sequence[Finding], words: Mapping[str, Word]) -> list[dict[str, Any]]:
    """The findings with the words put in; a finding without a word is unchanged."""
    return [_apply(finding, words.get(finding["rule"])) for finding in findings]


def _apply(finding: Finding, word: Word | None) -> dict[str, Any]:
    result = dict(finding)
    if word is None:
        return result
    result["verdict"] = word.verdict
    if limb_verdicts(finding):
        spread = _spread(finding, word)
        if word.limbs:
            result["verdict"] = combined(spread.values())
        result["limbs"] = {k: _limb(finding["limbs"][k], spread, k, word.occurrences) for k in spread}
    if result["verdict"] != COUNTED:
        result["occurrences"] = 0
    else:
        result["occurrences"] = word.occurrences or finding.get("occurrences") or 1
    return result


def _limb(old: Any, verdicts: Mapping[str, str], limb: str, occurrences: int) -> dict[str, Any]:
    """A limb with its new verdict; a count given for the rule belongs to its only breached limb."""
    new = {**(old if isinstance(old, Mapping) else {}), "verdict": verdicts[limb]}
    if occurrences and [k for k, v in verdicts.items() if v == COUNTED] == [limb]:
        new["occurrences"] = occurrences
    return new


def _spread(finding: Finding, word: Word) -> dict[str, str]:
    """The limbs' verdicts after a word. Who speaks on a rule has looked at all of it: limbs the machine left
    open and the person did not name count as met; a breach of the whole goes to the one limb left open."""
    limbs = limb_verdicts(finding)
    if word.verdict == "not_applicable" and not word.limbs:
        return dict.fromkeys(limbs, word.verdict)
    named = {k: v for k, v in word.limbs.items() if k in limbs}
    if word.verdict == "undetermined" and not named:
        return limbs
    fall = COUNTED if word.verdict == COUNTED != finding["verdict"] and not named else "met"
    if word.verdict != COUNTED and not named:
        limbs = {k: "met" if v == COUNTED else v for k, v in limbs.items()}
    return {k: named.get(k, fall if v == "undetermined" else v) for k, v in limbs.items()}


def stance(finding: Finding) -> tuple[Any, ...]:
    """What two people must share to agree: the verdict and, for a breach, its limbs and count."""
    verdict = finding["verdict"]
    if verdict != COUNTED:
        return (verdict,)
    limbs = sorted(k for k, v in limb_verdicts(finding).items() if v == COUNTED)
    return (verdict, *limbs, finding.get("occurrences") or 1)


def disputed(findings: Sequence[Finding], sheets: Sequence[Mapping[str, Word]]) -> list[str]:
    """Rules the panel has to settle, in the findings' order: the sheets differ, or leave it open."""
    views = [{f["rule"]: f for f in apply(findings, words)} for words in sheets]
    return [
        f["rule"]
        for f in findings
        if len({stance(view[f["rule"]]) for view in views}) > 1
        or any(unsettled(view[f["rule"]]) for view in views)
    ]


def unsettled(finding: Finding) -> bool:
    """Whether the rule, or one of its limbs, is still undetermined."""
    return "undetermined" in (finding["verdict"], *limb_verdicts(finding).values())


def open_rules(findings: Sequence[Finding], words: Mapping[str, Word]) -> list[str]:
    """Rules a reviewer still has to speak on: found breached or left undetermined by the machine."""
    return [
        f["rule"] for f in findings if f["verdict"] in ("breached", "undetermined") and f["rule"] not in words
    ]


def check_word(
    finding: Finding, *, action: str, word: Word, note: str, anchors: Sequence[Any], searched: Sequence[str]
) -> None:
    """Raise WordError unless the word may stand.

    Nothing is deducted without a page or a logged search for what is absent; nobody contradicts the machine
    without a reason; a question put by the machine is answered, not confirmed.
    """
    name = f"{finding['rule']} {finding.get('title', '')}".strip()
    if action not in ("confirm", "reject", "amend"):
        raise WordError(f"{name}：没有选择确认、不认定或修改。请先选择一项。")
    if action == "confirm" and finding["verdict"] == "undetermined":
        raise WordError(f"{name}：机器没有结论，不能“确认”。请查看案卷后选择符合、不符合、不适用或待核。")
    if action == "confirm" and word.verdict != finding["verdict"]:
        raise WordError(f"{name}：“确认”只能保留机器结论。要改变结论，请选“修改”。")
    if action == "reject" and word.verdict == COUNTED:
        raise WordError(f"{name}：“不认定”后不能仍为不符合。要改变次数或分项，请选“修改”。")
    if action != "confirm" and finding["verdict"] != "undetermined" and not note.strip():
        raise WordError(f"{name}：改变机器结论须写明理由。请在“意见”栏写明后保存。")
    named = [limb for limb, verdict in word.limbs.items() if verdict == COUNTED]
    open_limbs = [limb for limb, verdict in limb_verdicts(finding).items() if verdict == "undetermined"]
    if word.verdict == COUNTED and finding["verdict"] != COUNTED and len(open_limbs) > 1 and not named:
        raise WordError(f"{name}：这一项有 {len(open_limbs)} 个分项待核。请选明哪一个分项不符合。")
    if word.verdict == COUNTED and not anchors and not searched:
        raise WordError(
            f"{name}：扣分须有依据。请在案卷页面上标出位置；属于缺少材料的，请勾选已查找过的文书。"
        )


def machine_anchors(finding: Finding) -> tuple[list[dict[str, Any]], list[str]]:
    """(anchors, searched) the machine itself showed, taken over when its finding is confirmed."""
    anchors, searched = [], []
    for item in finding.get("evidence") or ():
        if item.get("absent"):
            searched.append(str(item.get("quote") or item["label"]))
        elif item.get("file"):
            anchors.append({k: item.get(k) for k in ("file", "page", "box", "at", "quote") if item.get(k)})
        elif item.get("value") is None and item.get("label"):
            searched.append(f"{item['label']}：经查没有")
    return anchors, searched
