"""Values as the compiled engines hold them: dates as day numbers, moments as seconds, decimals as
thousandths, documents as one bit each. The layout names the columns that a set of rules reads."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from ..facts import CaseInput, FactSpec
from .nodes import FactRef, FieldRef, Has, Node, Rows, State, walk

DAY = 86_400
STATE = "?"


def number(value: Any) -> Any:
    """A computing value in machine form."""
    if isinstance(value, datetime):
        return value.toordinal() * DAY + value.hour * 3600 + value.minute * 60 + value.second
    return value.toordinal() if isinstance(value, date) else value


class Layout(NamedTuple):
    """The columns rules read: plain facts, facts whose state is asked, rows with the fields used, and the
    bit of every document kind; ``places`` say where facts and rows stand in a case."""

    facts: tuple[str, ...]
    states: tuple[str, ...]
    rows: Mapping[str, tuple[str, ...]]
    bits: Mapping[str, int]
    specs: Mapping[str, FactSpec]
    places: Mapping[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in the order of ``encode_case``."""
        return (*self.facts, *(name + STATE for name in self.states), *self.rows)

    def mask(self, kinds: Iterable[str]) -> int:
        """The bits of document kinds; kinds no rule asks for have none."""
        bits = self.bits
        return sum(bits[kind] for kind in kinds if kind in bits)


def layout(roots: Iterable[Node], dates: Iterable[str], specs: Mapping[str, FactSpec]) -> Layout:
    """The layout for expressions and the dates that select their versions."""
    facts = dict.fromkeys(name for name in dates if name != "as_of")
    states: dict[str, None] = {}
    rows: dict[str, dict[str, None]] = {}
    kinds: dict[str, None] = {}
    for root in roots:
        bound: dict[str, str] = {}
        for node in walk(root):
            if isinstance(node, Rows):
                bound[node.var] = node.fact
                rows.setdefault(node.fact, {})
            elif isinstance(node, Has):
                kinds.update(dict.fromkeys(node.kinds))
            elif isinstance(node, FactRef) and node.name != "as_of":
                facts[node.name] = None
            elif isinstance(node, State) and isinstance(node.item, FactRef) and node.name != "known":
                states[node.item.name] = None
        for node in walk(root):
            if isinstance(node, FieldRef) and node.field:
                rows[bound[node.var]][node.field] = None
    whole = [name for name in facts if specs[name].type == "rows" and name not in rows]
    table = {name: tuple(fields) for name, fields in rows.items()} | dict.fromkeys(whole, ())
    plain, listed = sorted(name for name in facts if name not in table), sorted(table)
    places = {name: at for at, name in enumerate(plain)}
    places |= {name: at for at, name in enumerate(listed, len(plain) + len(states))}
    bits = {kind: 1 << at for at, kind in enumerate(sorted(kinds))}
    return Layout(
        tuple(plain), tuple(sorted(states)), {name: table[name] for name in listed}, bits, specs, places
    )


def encode_case(
    plan: Layout, case: CaseInput, values: Mapping[str, Any], states: Mapping[str, str]
) -> tuple[Any, ...]:
    """A case as one tuple: the columns of the layout, then document bits, signed off, and the day."""
    row: list[Any] = [None] * (len(plan.facts) + len(plan.states) + len(plan.rows))
    places = plan.places
    for name, value in values.items():
        at = places.get(name)
        if at is not None and value is not None:
            spec = plan.specs[name]
            if spec.type == "rows":
                fields = [(field, spec.fields[field].type) for field in plan.rows[name]]
                row[at] = tuple(
                    [tuple([_cell(kind, line.get(field)) for field, kind in fields]) for line in value]
                )
            else:
                row[at] = _cell(spec.type, value)
    for at, name in enumerate(plan.states, len(plan.facts)):
        row[at] = states.get(name) or ("unrecorded" if values.get(name) is None else "recorded")
    row += (plan.mask(case.documents), case.inventory_signed_off, case.as_of.toordinal())
    return tuple(row)


def _cell(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind in ("date", "datetime"):
        return number(value)
    return int(value * 1000) if kind == "decimal" else value
