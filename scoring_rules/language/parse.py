"""Reading a rule expression: Python's expression syntax, through an allow-list, into the typed tree.

``operators.py`` reads values and operators; this module the calls: named functions, document
presence, states, periods, and aggregates over rows.
"""

import ast
import re
from collections.abc import Callable
from datetime import date
from typing import Any, cast

from . import nodes as n
from .functions import FUNCTIONS, Function
from .nodes import Node
from .operators import FROM, ExprError, OperatorReader, Scope, group_type, near

_TERMS = {"elapsed": "int", "within": "bool", "past": "bool", "at_least": "bool", "term_end": "date"}
_ROWS = ("all", "any", "count", "first", "earliest", "latest", "total", "distinct")
_SPECIAL = (
    "has",
    "has_any",
    "has_all",
    "known",
    "absent",
    "reached",
    "yuan",
    "date",
    "index",
    "min",
    "max",
    "cites",
)


def parse(source: str, scope: Scope, expect: str | None = "bool") -> n.Expr:
    """The typed tree of ``source``; ``expect`` is the type it must have (``None``: any)."""
    text = " ".join(source.split())
    try:
        tree = ast.parse(f"({re.sub(r'[.]from(?![a-z_])', '.' + FROM, text)})", mode="eval")
    except SyntaxError as error:
        at = max(0, (error.offset or 2) - 2)
        raise ExprError("表达式不合语法", "检查括号、引号和 and/or/not", min(at, len(text))) from error
    root = _Reader(text, scope).read(tree.body)
    if expect is not None and root.type != expect:
        raise ExprError(f"表达式的结果是 {root.type}，应为 {expect}", "改成比较式或逻辑式", 0)
    return n.Expr(text, root)


class _Reader(OperatorReader):
    def _call(self, node: ast.Call) -> Node:
        if not isinstance(node.func, ast.Name):
            self.fail(node, "不允许的调用", "只用已登记的函数")
        name = node.func.id
        special: Callable[[ast.Call, str], Node] | None = getattr(self, f"_call_{name}", None)
        if name in _ROWS:
            return self._call_rows(node, name)
        if node.keywords and name != "cites":
            self.fail(node, f"{name} 不接受具名参数", "按位置给出参数")
        if name in _TERMS:
            return self._call_term(node, name)
        if special is not None:
            return special(node, name)
        function = FUNCTIONS.get(name)
        if function is None:
            self.fail(node, f"未登记的函数 {name}", near(name, [*FUNCTIONS, *_ROWS, *_TERMS, *_SPECIAL]))
        return self._call_function(node, function)

    def _call_function(self, node: ast.Call, function: Function) -> Node:
        self._arity(node, len(function.args))
        args = tuple(self._argument(arg, kind) for arg, kind in zip(node.args, function.args, strict=True))
        return n.Call(function.name, args, function.result, *self.span(node))

    def _argument(self, node: ast.expr, kind: str) -> Node:
        if kind == "number":
            return self.want(node, "int", "money")
        if kind == "pattern":
            found = self.want(node, "text")
            if not isinstance(found, n.Lit):
                self.fail(node, "正则应为字面文字", "写成 '…'")
            fault = pattern_fault(str(found.value))
            if fault:
                self.fail(node, f"正则含 {fault}，各引擎读法不同", "用 [0-9]、[一-龥] 等明写的字符组")
            return found
        return self.want(node, kind)

    def _arity(self, node: ast.Call, *counts: int) -> None:
        if len(node.args) not in counts:
            wanted = "或".join(str(count) for count in counts)
            self.fail(node, f"{self.quote(node)} 的参数应为 {wanted} 个", "核对函数说明")

    def _strings(self, node: ast.Call) -> tuple[str, ...]:
        values = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        if len(values) != len(node.args) or not values or not all(isinstance(v, str) for v in values):
            self.fail(node, "参数应为引号中的文字", "写成 'decision'")
        return tuple(str(value) for value in values)

    def _call_has(self, node: ast.Call, name: str) -> Node:
        kinds = self._strings(node)
        if name == "has":
            self._arity(node, 1)
        for kind in kinds:
            if self.scope.kinds is not None and kind not in self.scope.kinds:
                self.fail(node, f"没有文书种类 {kind!r}", near(kind, self.scope.kinds))
        return n.Has("any" if name == "has_any" else "all", kinds, "bool", *self.span(node))

    _call_has_any = _call_has
    _call_has_all = _call_has

    def _call_known(self, node: ast.Call, name: str) -> Node:
        self._arity(node, 1)
        item = self.read(node.args[0])
        if name != "known" and not isinstance(item, n.FactRef):
            self.fail(node, f"{name} 只能问一个事实", "写成 absent(事实名)")
        return n.State(name, item, "bool", *self.span(node))

    _call_absent = _call_known
    _call_reached = _call_known

    def _call_yuan(self, node: ast.Call, name: str) -> Node:
        self._arity(node, 1)
        value = self.want(node.args[0], "int")
        if not isinstance(value, n.Lit):
            self.fail(node, "yuan() 里只能是整数", "写成 yuan(100000)")
        return n.Lit(value.value * 100, "money", *self.span(node))

    def _call_date(self, node: ast.Call, name: str) -> Node:
        self._arity(node, 1)
        try:
            return n.Lit(date.fromisoformat(self._strings(node)[0]), "date", *self.span(node))
        except ValueError:
            self.fail(node, "不是合格的日期", "写成 date('2021-07-15')")

    def _call_index(self, node: ast.Call, name: str) -> Node:
        self._arity(node, 1)
        row = self.want(node.args[0], "row")
        return n.Index(row.var if isinstance(row, n.FieldRef) else "", "int", *self.span(node))

    def _call_min(self, node: ast.Call, name: str) -> Node:
        if len(node.args) < 2:
            self.fail(node, f"{name} 至少要两个参数", "行的最早最晚用 earliest / latest")
        args = tuple(self.read(arg) for arg in node.args)
        if any(not group_type(args[0].type, arg.type) for arg in args):
            self.fail(node, f"{name} 的参数类型不同", "统一类型")
        if args[0].type not in ("int", "money", "date", "datetime"):
            self.fail(node, f"{name} 不能用于 {args[0].type}", "只用于数、金额、日期")
        kind = "money" if any(arg.type == "money" for arg in args) else args[0].type
        return n.Call(name, args, kind, *self.span(node))

    _call_max = _call_min

    def _call_term(self, node: ast.Call, name: str) -> Node:
        self._arity(node, 2 if name == "term_end" else 3)
        *dates, last = node.args
        if not isinstance(last, ast.Name) or last.id not in self.scope.params:
            self.fail(
                last, f"{name} 的最后一项应为 params 中的期限", near(self.quote(last), self.scope.params)
            )
        param = last.id
        if not self.scope.params[param] <= {"calendar_day", "working_day", "month", "year"}:
            self.fail(last, f"参数 {param} 的单位不是期限", "单位用 calendar_day、working_day、month 或 year")
        args = tuple(self.want(arg, "date") for arg in dates)
        return n.Term(name, args, param, _TERMS[name], *self.span(node))

    def _call_rows(self, node: ast.Call, name: str) -> Node:
        self._arity(node, 1)
        found = node.args[0]
        if not isinstance(found, ast.GeneratorExp):
            self.fail(node, f"{name} 里应为 … for r in 行事实", f"写成 {name}(… for r in records if …)")
        return self._generator(node, name, found)

    def _generator(self, node: ast.Call, name: str, generator: ast.GeneratorExp) -> Node:
        clause = generator.generators[0]
        if len(generator.generators) != 1 or not isinstance(clause.target, ast.Name):
            self.fail(generator, "只允许一个 for", "两张行表的连接写成嵌套的 any/all")
        if not isinstance(clause.iter, ast.Name) or clause.iter.id not in self.scope.facts:
            self.fail(
                clause.iter,
                f"{self.quote(clause.iter)} 不是行事实",
                near(self.quote(clause.iter), self.scope.facts),
            )
        fact = self.scope.facts[clause.iter.id]
        if fact.type != "rows":
            self.fail(clause.iter, f"{fact.name} 是 {fact.type}，不是行", "for 之后应为 rows 类型的事实")
        if len(self.scope.rows) >= 2:
            self.fail(generator, "行表嵌套超过两层", "拆成两个限肢")
        var = clause.target.id
        if var in self.scope.rows or var in self.scope.facts or var in self.scope.params:
            self.fail(clause.target, f"行变量 {var} 与已有名称相同", "换一个字母")
        scope = Scope(self.scope.facts, self.scope.params, self.scope.kinds, {**self.scope.rows, var: fact})
        inner = _Reader(self.text, scope)
        conditions = tuple(inner.want(test, "bool") for test in clause.ifs)
        where = None
        if conditions:
            where = conditions[0]
            if len(conditions) > 1:
                where = n.Junction("and", conditions, "bool", conditions[0].start, conditions[-1].end)
        body = inner.body(generator, name)
        kind = {"all": "bool", "any": "bool", "count": "int", "distinct": "int"}.get(name)
        return n.Rows(
            name, body, var, fact.name, where, kind or (body.type if body else "int"), *self.span(node)
        )

    def body(self, generator: ast.GeneratorExp, name: str) -> Node | None:
        """What is aggregated, of a type the aggregate takes; a counted row has none."""
        wanted = {"all": ("bool",), "any": ("bool",), "total": ("int", "money"),
                  "earliest": ("date", "datetime"), "latest": ("date", "datetime")}.get(name)  # fmt: skip
        found = self.want(generator.elt, *wanted) if wanted else self.read(generator.elt)
        if name == "count":
            return None
        if found.type in ("row", "set", "list"):
            self.fail(generator.elt, f"{name} 需要一个值，不是 {found.type}", "写成 r.栏名")
        return found

    def _call_cites(self, node: ast.Call, name: str) -> Node:
        """``cites(law, article, role)``: short for a search through ``cited``."""
        given: dict[str, ast.expr] = dict(zip(("law", "article", "role"), node.args, strict=False))
        given.update({word.arg: word.value for word in node.keywords if word.arg})
        if "cited" not in self.scope.facts or "law" not in given:
            self.fail(node, "cites 需要事实 cited 和法名", "写成 cites('行政处罚法', 42, 'penalty')")
        parts = [f"law_is(c_.law, {self.quote(given['law'])})"]
        for key in ("article", "role"):
            if key in given:
                sign = "in" if isinstance(given[key], (ast.Tuple, ast.List, ast.Set)) else "=="
                parts.append(f"c_.{key} {sign} {self.quote(given[key])}")
        source = f"any({' and '.join(parts)} for c_ in cited)"
        try:
            root = parse(source, self.scope).root
        except ExprError as error:
            self.fail(node, error.what, error.remedy)
        return _at(root, *self.span(node))


def _at(node: Node, start: int, end: int) -> Node:
    """The node and all below it, placed at one span (for a short form that was written out)."""
    moved: dict[str, Any] = {"start": start, "end": end}
    for name in node._fields:
        value = getattr(node, name)
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            moved[name] = _at(cast(Node, value), start, end)
        elif isinstance(value, tuple) and value and hasattr(value[0], "_fields"):
            moved[name] = tuple(_at(item, start, end) for item in value)
    return node._replace(**moved)


def pattern_fault(pattern: str) -> str | None:
    """The first construct in a regular expression that engines read differently, or ``None``."""
    at = 0
    while at < len(pattern):
        if pattern[at] == "\\":
            if pattern[at + 1 : at + 2].isalnum():
                return pattern[at : at + 2]
            at += 2
        elif pattern.startswith("(?", at) and not pattern.startswith("(?:", at):
            return pattern[at : at + 3]
        else:
            at += 1
    return None
