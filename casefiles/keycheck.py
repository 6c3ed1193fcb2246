"""Comparison of checks with answer keys: kinds, facts, verdicts (``anheng bench read --keys``), and of the
rules alone, on the facts of the keys (``--rules``).

A key is ``<case>.key.json`` beside the case file it is about; how it is to be read stands in its README:
pages of Word files within one, brackets of numbers in one form, main citations only.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from casefiles.check import grade_facts
from casefiles.extract.people import number_key
from scoring_rules import Fact, decode, vocabulary

_KEYED = frozenset({"officers_per_step"})
_ROWS = frozenset({"officers", "cited", "recordings"})
_SETS = frozenset({"other_orders", "penalty_kinds", "discussion_attendees", "recordings_listed_but_absent"})


@dataclass(slots=True)
class Tally:
    """Counts of one comparison and every difference in words."""

    case: str
    form: str = "text"
    kinds: list[int] = field(default_factory=lambda: [0, 0])
    facts_right: int = 0
    facts_wrong: int = 0
    facts_missing: int = 0
    sure_wrong: int = 0
    verdicts: list[int] = field(default_factory=lambda: [0, 0])
    false_alarms: int = 0
    unfound: int = 0
    flagged_right: bool = True
    differences: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The figures of the case: shares of 1, counts, differences."""
        told = self.facts_right + self.facts_wrong
        asked = told + self.facts_missing
        return {
            "case": self.case,
            "form": self.form,
            "kinds": _share(self.kinds),
            "facts": {
                "asked": asked,
                "recall": _share([self.facts_right, asked]),
                "precision": _share([self.facts_right, told]),
                "wrong_above_0.9": self.sure_wrong,
            },
            "verdicts": {"asked": self.verdicts[1], "right": _share(self.verdicts)},
            "false_alarms": self.false_alarms,
            "seeded_not_found": self.unfound,
            "flagged_right": self.flagged_right,
            "differences": self.differences,
        }


def _share(pair: list[int]) -> float | None:
    return round(pair[0] / pair[1], 4) if pair[1] else None


def compare(result: Mapping[str, Any], key: Mapping[str, Any]) -> Tally:
    """Compare a check's result with its key."""
    tally = Tally(str(key.get("case", "")), _form(result))
    _kinds(tally, result, key)
    for name, wanted in key.get("facts", {}).items():
        _fact(tally, name, wanted, result["facts"].get(name))
    verdicts = {finding["rule"]: finding["verdict"] for finding in result["findings"]}
    for rule, verdict in key.get("expect", {}).items():
        tally.verdicts[1] += 1
        if verdicts.get(rule) == verdict:
            tally.verdicts[0] += 1
        else:
            tally.differences.append(f"{rule}：应为 {verdict}，得 {verdicts.get(rule, '无')}")
        if verdict == "breached" and verdicts.get(rule) != "breached":
            tally.unfound += 1
    for entry in key.get("must_not_flag", ()):
        if verdicts.get(entry["rule"]) == "breached":
            tally.false_alarms += 1
            tally.differences.append(f"{entry['rule']}：误报（{entry['why']}）")
    for entry in key.get("expect_other", ()):
        if not _quoted(result, entry["fact"]):
            tally.unfound += 1
            tally.differences.append(f"没有一项结论引用 {entry['fact']}（{entry['what']}）")
    tally.flagged_right = bool(result.get("flagged")) == bool(key.get("flagged"))
    if not tally.flagged_right:
        tally.differences.append(f"否决标记应为 {key.get('flagged')}")
    return tally


def with_key_facts(result: Mapping[str, Any], key: Mapping[str, Any], standard: str) -> dict[str, Any]:
    """The result graded again on the facts and documents of the key, so that what is compared is the rules
    and not the reading; what a key does not say stays as it was read."""
    specs = vocabulary()
    facts = {
        name: Fact(None if entry["value"] is None else decode(specs[name], entry["value"]), entry["state"])
        for name, entry in result["facts"].items()
        if name in specs
    }
    given = {"case_kind": key.get("case_kind"), "procedure": key.get("procedure"), **key.get("facts", {})}
    facts |= {name: Fact(decode(specs[name], value)) for name, value in given.items() if value is not None}
    kinds = frozenset(entry["kind"] for entry in key["documents"]) - {"other", "unreadable"}
    day = date.fromisoformat(result["as_of"])
    return {
        **result,
        **grade_facts(facts, kinds, case=str(key["case"]), signed_off=True, as_of=day, standard=standard),
    }


def _form(result: Mapping[str, Any]) -> str:
    """scan when most documents with pages were read from images."""
    papers = [entry for entry in result["documents"] if entry["pages"]]
    scans = [entry for entry in papers if entry.get("source") == "ocr"]
    return "scan" if papers and len(scans) * 2 > len(papers) else "text"


def _kinds(tally: Tally, result: Mapping[str, Any], key: Mapping[str, Any]) -> None:
    for wanted in key.get("documents", ()):
        tally.kinds[1] += 1
        loose = 1 if wanted["file"].lower().endswith((".docx", ".doc")) else 0
        same = [
            entry
            for entry in result["documents"]
            if entry["file"] == wanted["file"] and _near(entry["pages"], wanted["pages"], loose)
        ]
        if any(entry["kind"] == wanted["kind"] for entry in same):
            tally.kinds[0] += 1
        else:
            found = "、".join(entry["kind"] for entry in same) or "没有这一件"
            tally.differences.append(f"{wanted['file']} {wanted['pages']}：应为 {wanted['kind']}，得 {found}")


def _near(one: list[int], other: list[int], loose: int) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= loose for a, b in zip(one, other, strict=True))


def _fact(tally: Tally, name: str, wanted: Any, entry: Mapping[str, Any] | None) -> None:
    got = entry["value"] if entry else None
    sure = float((entry or {}).get("confidence") or 0.0)
    for part, want, have in _parts(name, wanted, got):
        if have is None:
            tally.facts_missing += 1
            tally.differences.append(f"{name}{part}：应为 {want}，没有读到")
        elif _same(name, want, have):
            tally.facts_right += 1
        else:
            tally.facts_wrong += 1
            tally.sure_wrong += sure > 0.9
            tally.differences.append(f"{name}{part}：应为 {want}，得 {have}（{sure:.2f}）")


def _parts(name: str, wanted: Any, got: Any) -> list[tuple[str, Any, Any]]:
    """The single things a fact asks: rows one by one, keyed values key by key."""
    if name in _KEYED and isinstance(wanted, Mapping):
        have = got if isinstance(got, Mapping) else {}
        return [(f"[{step}]", value, have.get(step)) for step, value in wanted.items()]
    if name in _ROWS and isinstance(wanted, list):
        rows = [row for row in got or [] if isinstance(row, Mapping)]
        return [
            (f"[{index}]", row, next((one for one in rows if _covers(one, row)), None))
            for index, row in enumerate(wanted, 1)
        ]
    return [("", wanted, got)]


def _covers(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether ``row`` says all that ``wanted`` says; paragraph and item not asked for must not be there."""
    for key in ("paragraph", "item"):
        if "article" in wanted and row.get(key) != wanted.get(key):
            return False
    return all(_same(key, value, row.get(key)) for key, value in wanted.items() if key != "steps")


def _same(name: str, wanted: Any, got: Any) -> bool:
    if name in _SETS or (isinstance(wanted, list) and isinstance(got, list)):
        return sorted(map(str, wanted)) == sorted(map(str, got or ()))
    if isinstance(wanted, str) and isinstance(got, str):
        return number_key(wanted) == number_key(got)
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        return _covers(got, wanted)
    return bool(wanted == got)


def _quoted(result: Mapping[str, Any], fact: str) -> bool:
    return any(
        finding["verdict"] == "breached" and any(entry.get("fact") == fact for entry in finding["evidence"])
        for finding in result["findings"]
    )


def keys_in(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Case files of a folder with their keys, by name."""
    found = []
    for path in sorted(folder.glob("*.key.json")):
        stem = path.name.removesuffix(".key.json")
        key = json.loads(path.read_text(encoding="utf-8"))
        options = [
            folder / str(key.get("source", "")),
            folder / f"{stem}.zip",
            folder / f"{stem}.pdf",
            folder / stem,
        ]
        case = next(
            (option for option in options if option.name and option != folder and option.exists()), None
        )
        if case is not None:
            found.append((case, key))
    return found


def totals(tallies: list[Tally]) -> dict[str, Any]:
    """All cases of one form together."""
    summed = Tally("全部")
    for tally in tallies:
        for index in (0, 1):
            summed.kinds[index] += tally.kinds[index]
            summed.verdicts[index] += tally.verdicts[index]
        summed.facts_right += tally.facts_right
        summed.facts_wrong += tally.facts_wrong
        summed.facts_missing += tally.facts_missing
        summed.sure_wrong += tally.sure_wrong
        summed.false_alarms += tally.false_alarms
        summed.unfound += tally.unfound
        summed.flagged_right &= tally.flagged_right
    entry = summed.to_json()
    for name in ("case", "differences", "form"):
        del entry[name]
    return {"cases": len(tallies), **entry}
