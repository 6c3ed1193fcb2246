"""``python -m scoring_rules.replay``: answers for the criteria that ``ANHENG_CRITERIA`` names, as JSON lines.

``identity``: what they are · ``tests ID…``: the tests of rules as cases · ``grade STANDARD``: the cases on
standard input graded. Facts these criteria do not know are left out: they ask nothing of them.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .criteria import identity
from .facts import FactError, vocabulary
from .grade import grade_case
from .interchange import case_from, case_of, case_to
from .pack import load_pack
from .standard import load_standard


def tests(ids: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The tests of rules as cases in interchange form."""
    wanted = set(ids)
    for rule in load_pack().rules:
        for test in rule.tests if rule.id in wanted else ():
            yield {**case_to(case_of(test)), "case": f"{rule.id}「{test.name}」"}


def grade(standard: str, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Every case graded, with what is said of breaches and open verdicts."""
    pack, chosen = load_pack(), load_standard(standard)
    for line in lines:
        grading = grade_case(pack, chosen, case_from(_known(json.loads(line))))
        yield {
            "case": json.loads(line)["case"], "pack": pack.id, "standard": chosen.full_id,
            "verdicts": {finding.rule: finding.verdict for finding in grading.findings},
            "messages": {f.rule: f.message for f in grading.findings if f.verdict in ("breached", "undetermined")},
            "score": {"low": grading.low / 10, "high": grading.high / 10}, "grade": grading.grade,
            "flagged": grading.flagged,
        }  # fmt: skip


def _known(data: Mapping[str, Any]) -> dict[str, Any]:
    facts = {}
    for name, value in data.get("facts", {}).items():
        try:
            case_from({"facts": {name: value}})
        except (FactError, ValueError, TypeError):
            continue
        facts[name] = value
    return {**data, "facts": {name: value for name, value in facts.items() if name in vocabulary()}}


def main(question: str, *arguments: str) -> None:
    """Print the answer, one JSON object a line."""
    if question == "identity":
        answers: Iterable[Any] = [identity()]
    elif question == "tests":
        answers = tests(arguments)
    else:
        answers = grade(arguments[0], sys.stdin)
    for answer in answers:
        print(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
