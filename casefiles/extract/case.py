"""The whole case while its facts are gathered: papers, and the readings so far."""

from collections.abc import Iterable, Sequence
from typing import Any

from casefiles.extract.doc import Doc, Reading
from casefiles.extract.flat import fold
from casefiles.extract.people import number_key
from scoring_rules import vocabulary

LAST_WINS = frozenset({"paid_on"})
"""Facts of which the last in time counts, not the first (instalments)."""


class Case:
    """Papers and readings; ``signed_off``: what no paper says is then known not to be said."""

    def __init__(self, docs: Sequence[Doc], signed_off: bool = True) -> None:
        self.docs = list(docs)
        self.signed_off = signed_off
        self._by_fact: dict[str, list[Reading]] = {}

    def add(self, readings: Iterable[Reading]) -> None:
        for reading in readings:
            self._by_fact.setdefault(reading.fact, []).append(reading)

    def of(self, *kinds: str) -> list[Doc]:
        return [doc for doc in self.docs if doc.kind in kinds]

    def has(self, *kinds: str) -> bool:
        return any(doc.kind in kinds for doc in self.docs)

    def facts(self) -> list[str]:
        return list(self._by_fact)

    def all(self, fact: str) -> list[Reading]:
        return self._by_fact.get(fact, [])

    def ranked(self, fact: str) -> list[Reading]:
        """The readings of a fact, that of the document it belongs to first; repeated steps by their order."""
        spec = vocabulary().get(fact)
        order = {kind: place for place, kind in enumerate(spec.documents)} if spec else {}
        back = -1 if fact in LAST_WINS else 1

        def rank(reading: Reading) -> tuple[Any, ...]:
            step = reading.step.rsplit("#", 1)
            turn = int(step[1]) if len(step) == 2 else 1
            return (
                order.get(reading.document, 99),
                reading.state != "recorded",
                back * turn,
                -reading.certainty,
            )

        return sorted(self.all(fact), key=rank)

    def best(self, fact: str) -> Reading | None:
        return next(iter(self.ranked(fact)), None)

    def value(self, fact: str) -> Any:
        best = self.best(fact)
        return best.value if best and best.state == "recorded" else None

    def rows(self, fact: str, **wanted: object) -> list[Reading]:
        """Rows of a rows fact whose fields equal ``wanted``."""
        return [
            reading
            for reading in self.all(fact)
            if all(reading.value.get(key) == value for key, value in wanted.items())
        ]

    def drop(self, fact: str) -> None:
        self._by_fact.pop(fact, None)

    def replace(self, fact: str, readings: list[Reading]) -> None:
        self._by_fact[fact] = readings


def same_value(fact: str, one: Any, other: Any) -> bool:
    """Whether two readings say one thing: numbers whatever their brackets, text whatever its blanks."""
    if isinstance(one, str) and isinstance(other, str):
        return number_key(fold(one)) == number_key(fold(other))
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return bool(one == other)
