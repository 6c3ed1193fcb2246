"""Values and operators of the rule language, read from Python's syntax tree.

Everything not listed here or in ``parse.py`` is refused with the place and a remedy in Chinese, so that
an expression can do nothing but compute a value from facts, parameters and the named functions.
"""

import ast
import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NoReturn

from ..facts import FactSpec
from . import nodes as n
from .nodes import Node

_COMPARES: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
# ``from`` is a column of the contract and a keyword of Python: read under a name of equal length.
FROM = "fr0m"
PARAM_TYPES = {"yuan": "money", "codes": "list", "flag": "bool", "text": "text"}


class ExprError(ValueError):
    """An expression the language refuses: what is wrong, the remedy, and the offset in the source."""

    def __init__(self, what: str, remedy: str, at: int) -> None:
        super().__init__(what)
        self.what, self.remedy, self.at = what, remedy, at


@dataclass(frozen=True, slots=True)
class Scope:
    """The names an expression may use: facts, the rule's parameters with their units, document kinds
    (``None``: any), and row variables with the rows fact they run over."""

    facts: Mapping[str, FactSpec]
    params: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kinds: frozenset[str] | None = None
    rows: Mapping[str, FactSpec] = field(default_factory=dict)


def near(name: str, names: Iterable[str]) -> str:
    """A remedy that names what was probably meant."""
    close = difflib.get_close_matches(name, list(names), 3)
    return f"是否指 {'、'.join(close)}？" if close else "先在 vocabulary/*.yaml 登记，或改用已有名称"


def group_type(one: str, other: str) -> bool:
    """Whether values of two types may be compared."""
    return one == other or {one, other} <= {"int", "money"}


class OperatorReader:
    def __init__(self, text: str, scope: Scope) -> None:
        self.text = text
        self.scope = scope
        self._bytes = text.isascii()

    def read(self, node: ast.expr) -> Node:
        handler: Callable[[Any], Node] | None = getattr(self, f"_{type(node).__name__.lower()}", None)
        if handler is None:
            self.fail(node, f"不允许的写法 {type(node).__name__}", "只用比较、逻辑、加减乘、已登记的函数")
        return handler(node)

    def span(self, node: ast.expr) -> tuple[int, int]:
        start, end = node.col_offset - 1, (node.end_col_offset or node.col_offset) - 1
        if self._bytes:
            return start, end
        raw = self.text.encode()
        return len(raw[:start].decode(errors="ignore")), len(raw[:end].decode(errors="ignore"))

    def fail(self, node: ast.expr, what: str, remedy: str) -> NoReturn:
        raise ExprError(what, remedy, self.span(node)[0])

    def want(self, node: ast.expr, *types: str) -> Node:
        found = self.read(node)
        if found.type not in types:
            self.fail(
                node,
                f"{self.quote(node)} 是 {found.type}，应为 {'/'.join(types)}",
                "换用类型相符的事实或函数",
            )
        return found

    def quote(self, node: ast.expr) -> str:
        start, end = self.span(node)
        return self.text[start:end]

    # -- values ---------------------------------------------------------------------------------
    def _constant(self, node: ast.Constant) -> Node:
        value = node.value
        kind = {bool: "bool", int: "int", str: "text"}.get(type(value))
        if kind is None:
            self.fail(node, f"不允许的字面量 {value!r}", "只用整数、真假值、文字；金额写 yuan(100000)")
        return n.Lit(value, str(kind), *self.span(node))

    def _tuple(self, node: ast.Tuple | ast.List | ast.Set) -> Node:
        items = [self.read(item) for item in node.elts]
        if not all(isinstance(item, n.Lit) for item in items):
            self.fail(node, "列表里只能是字面量", "改用 or 连接的比较")
        values = tuple(item.value for item in items if isinstance(item, n.Lit))
        return n.Lit(values, "list", *self.span(node))

    _list = _tuple
    _set = _tuple

    def _name(self, node: ast.Name) -> Node:
        name, span = node.id, self.span(node)
        if name in ("true", "false"):
            return n.Lit(name == "true", "bool", *span)
        if name in self.scope.rows:
            return n.FieldRef(name, "", "row", *span)
        if name in self.scope.params:
            units = self.scope.params[name]
            kinds = {PARAM_TYPES.get(unit, "int") for unit in units}
            return n.ParamRef(name, kinds.pop(), *span)
        if name == "as_of":
            return n.FactRef(name, "date", *span)
        spec = self.scope.facts.get(name)
        if spec is None:
            names = [*self.scope.facts, *self.scope.params, *self.scope.rows]
            self.fail(node, f"未登记的名称 {name}", near(name, names))
        return n.FactRef(name, _value_type(spec), *span)

    def _attribute(self, node: ast.Attribute) -> Node:
        if not isinstance(node.value, ast.Name) or node.value.id not in self.scope.rows:
            self.fail(node, f"{self.quote(node)} 不是行变量的栏", "写成 r.栏名，r 来自 for r in 行事实")
        var = node.value.id
        name = "from" if node.attr == FROM else node.attr
        spec = self.scope.rows[var].fields.get(name)
        if spec is None:
            fields = self.scope.rows[var].fields
            self.fail(node, f"{self.scope.rows[var].name} 没有栏 {name}", near(name, fields))
        return n.FieldRef(var, name, _value_type(spec), *self.span(node))

    # -- logic ----------------------------------------------------------------------------------
    def _boolop(self, node: ast.BoolOp) -> Node:
        items = tuple(self.want(item, "bool") for item in node.values)
        return n.Junction("and" if isinstance(node.op, ast.And) else "or", items, "bool", *self.span(node))

    def _unaryop(self, node: ast.UnaryOp) -> Node:
        if isinstance(node.op, ast.Not):
            return n.Not(self.want(node.operand, "bool"), "bool", *self.span(node))
        operand = node.operand
        if isinstance(node.op, ast.USub) and isinstance(operand, ast.Constant) and type(operand.value) is int:
            return n.Lit(-operand.value, "int", *self.span(node))
        self.fail(node, "不允许的一元运算", "只用 not 和负整数")

    def _compare(self, node: ast.Compare) -> Node:
        operands = [node.left, *node.comparators]
        parts = [self._pair(node, op, *operands[at : at + 2]) for at, op in enumerate(node.ops)]
        return parts[0] if len(parts) == 1 else n.Junction("and", tuple(parts), "bool", *self.span(node))

    def _pair(self, node: ast.Compare, op: ast.cmpop, left: ast.expr, right: ast.expr) -> Node:
        start, end = self.span(left)[0], self.span(right)[1]
        if isinstance(op, (ast.In, ast.NotIn)):
            found: Node = self._member(left, right, start, end)
            return n.Not(found, "bool", start, end) if isinstance(op, ast.NotIn) else found
        if type(op) not in _COMPARES:
            self.fail(node, "不允许的比较 is", "用 == 或 known()")
        sign, a, b = _COMPARES[type(op)], self.read(left), self.read(right)
        if a.type == "set" or b.type == "set":
            a, b = self._as_set(a), self._as_set(b)
            if a.type != "set" or b.type != "set" or sign not in ("==", "!=", "<="):
                self.fail(node, "集合只能用 ==、!=、<=（包含于）比较", "成员判断用 in")
        elif not group_type(a.type, b.type) or a.type in ("row", "rows", "list", "decimal"):
            self.fail(
                left, f"{a.type} 不能与 {b.type} 比较", "日期与时刻用 day()，小数用 milli()，行用 index()"
            )
        elif a.type in ("text", "bool") and sign not in ("==", "!="):
            self.fail(left, f"{a.type} 只能用 == 或 != 比较", "改用 == 或 !=")
        self._codes(left, a, b)
        self._codes(right, b, a)
        return n.Compare(sign, a, b, "bool", start, end)

    def _as_set(self, node: Node) -> Node:
        return node._replace(value=frozenset(node.value), type="set") if isinstance(node, n.Lit) else node

    def _member(self, left: ast.expr, right: ast.expr, start: int, end: int) -> Node:
        item, group = self.read(left), self.read(right)
        if group.type not in ("list", "set"):
            self.fail(
                right, f"{self.quote(right)} 是 {group.type}，in 的右边应为列表或集合", "写成 ('a', 'b')"
            )
        if isinstance(group, n.Lit):
            for value in group.value:
                kind = {bool: "bool", int: "int", str: "text", date: "date"}.get(type(value), "?")
                if not group_type(item.type, kind):
                    self.fail(left, f"{item.type} 不能与列表中的 {value!r} 比较", "统一类型")
        self._codes(right, item, group)
        self._codes(left, group, item)
        return n.In(item, group, "bool", start, end)

    def _codes(self, at: ast.expr, fact: Node, literal: Node) -> None:
        """Refuse a literal that is not a code of the enum or set it is compared with."""
        spec = self._spec(fact)
        if spec is None or not spec.values or not isinstance(literal, n.Lit):
            return
        values = literal.value if isinstance(literal.value, (tuple, frozenset)) else (literal.value,)
        for value in values:
            if isinstance(value, str) and value not in spec.values:
                self.fail(at, f"{spec.name} 没有取值 {value!r}", near(value, spec.values))

    def _spec(self, node: Node) -> FactSpec | None:
        if isinstance(node, n.FactRef):
            return self.scope.facts.get(node.name)
        if isinstance(node, n.FieldRef) and node.field:
            return self.scope.rows[node.var].fields[node.field]
        return None

    def _ifexp(self, node: ast.IfExp) -> Node:
        test, yes, no = self.want(node.test, "bool"), self.read(node.body), self.read(node.orelse)
        if not group_type(yes.type, no.type):
            self.fail(node, f"两个分支类型不同（{yes.type}、{no.type}）", "统一两个分支的类型")
        kind = "money" if "money" in (yes.type, no.type) else yes.type
        return n.Choose(test, yes, no, kind, *self.span(node))

    def _binop(self, node: ast.BinOp) -> Node:
        if type(node.op) not in _ARITHMETIC:
            self.fail(node, "只允许加、减、乘", "除法改成两边同乘")
        left, right = self.want(node.left, "int", "money"), self.want(node.right, "int", "money")
        op = _ARITHMETIC[type(node.op)]
        if op == "*" and left.type == right.type == "money":
            self.fail(node, "金额不能乘金额", "其中一个应为整数")
        kind = "money" if "money" in (left.type, right.type) else "int"
        return n.Arith(op, left, right, kind, *self.span(node))


def _value_type(spec: FactSpec) -> str:
    return "text" if spec.type == "enum" else spec.type
