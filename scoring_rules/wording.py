"""Expressions of the rule language in Chinese words, for the rule book: facts and codes by their labels,
parameters by a mark ① ② … with the value in force last. Words follow the parsed tree, so that they say
what the expression says; they are read by people only."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from .facts import FactSpec, document_kinds, vocabulary
from .language import Expr, show, slots, yuan
from .language.message import kind_label
from .language.nodes import (
    Arith,
    Call,
    Choose,
    Compare,
    FactRef,
    FieldRef,
    Has,
    In,
    Index,
    Junction,
    Lit,
    Node,
    Not,
    ParamRef,
    Rows,
    State,
    Term,
)
from .rule_file import scope_facts
from .rules import UNITS, Check, Param

MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫"
_LONGEST_BLANK = 40
_SIGNS = {"==": "＝", "!=": "≠", "<": "＜", "<=": "≤", ">": "＞", ">=": "≥"}
_CALLS = {
    "days": "{0}至{1}的日数", "wdays": "{0}至{1}的工作日数", "months": "{0}至{1}的整月数",
    "add_days": "{0}之后第 {1} 日", "add_wdays": "{0}之后第 {1} 个工作日", "add_months": "{0}之后第 {1} 个月的对应日",
    "add_years": "{0}之后第 {1} 年的对应日", "roll": "{0}（逢休息日顺延）", "day": "{0}当日",
    "minutes": "{0}至{1}的分钟数", "add_hours": "{0}之后 {1} 小时", "at": "{0} {1} 时 {2} 分", "year": "{0}的年份",
    "weekday": "{0}是星期几", "workday": "{0}是工作日", "abs": "{0}的绝对值", "milli": "{0}×1000",
    "size": "{0}的项数", "length": "{0}的字数", "matches": "{0}的写法符合 {1}", "contains": "{0}含有{1}",
    "starts": "{0}以{1}开头", "ends": "{0}以{1}结尾", "same": "{0}与{1}文字相同", "law_is": "{0}即{1}",
    "law_known": "{0}已在法律登记簿", "law_text": "{0}在{1}有效的文本", "article_exists": "{0}第{1}条在{2}有效的文本中存在",
    "min": "{0}与{1}中较小者", "max": "{0}与{1}中较大者",
}  # fmt: skip
_TERMS = {
    "within": "{1}在{0}起 {2} 以内", "past": "{1}已过{0}起 {2}", "at_least": "{0}至{1}不少于 {2}",
    "elapsed": "{0}至{1}经过的期间（单位同 {2}）", "term_end": "{0}起 {1} 届满之日",
}  # fmt: skip
_ROWS = {
    "all": "每一份{0}都满足：{1}", "any": "至少有一份{0}满足：{1}", "count": "{0}的份数", "first": "{0}中第一份的{1}",
    "earliest": "{0}中最早的{1}", "latest": "{0}中最晚的{1}", "total": "{0}的{1}合计", "distinct": "{0}中不同{1}的个数",
}  # fmt: skip
_STATES = {"known": "已登记{0}", "absent": "查明没有{0}", "reached": "已进行到{0}"}
_NOT_STATES = {"known": "没有登记{0}", "absent": "并未查明没有{0}", "reached": "没有进行到{0}"}


def marks(params: Mapping[str, Param]) -> dict[str, str]:
    """Parameter → its mark in the words and in the table of parameters."""
    return dict(zip(params, MARKS, strict=False))


def code_label(code: str) -> str:
    """A code of any fact, or a kind of document, by its label; other text as it is."""
    if code.partition("#")[0] in document_kinds():
        return kind_label(code)
    found = (spec.values[code] for spec in vocabulary().values() if code in spec.values)
    return next(found, code)


def value_words(value: Any, unit: str) -> str:
    """A parameter's value with its unit (money in fen): 5个工作日, 50000元, 检查笔录、询问笔录."""
    if value is None:
        return "未设定"
    if unit == "yuan":
        return f"{yuan(value)}元"
    if unit == "codes":
        return "、".join(code_label(str(code)) for code in value)
    return show(value) + UNITS.get(unit, "")


def expression_words(expr: Expr | None, params: Mapping[str, Param]) -> str | None:
    """An expression in words, the parts of an outermost 并且 or 或者 on lines of their own."""
    if expr is None:
        return None
    speaker = _Speaker(params)
    root = expr.root
    if isinstance(root, Junction):
        word = _junction(root.op)
        return f"\n{word} ".join(speaker.part(item, root) for item in root.items)
    return speaker.say(root)


def message_words(check: Check) -> str:
    """A message with its blanks named instead of filled in."""

    def blank(name: str) -> str:
        if name in check.params:
            return _Speaker(check.params).param(name, bare=True)
        if name not in check.show:
            return f"〔{scope_facts()[name].label}〕"
        words = _Speaker(check.params).say(check.show[name].root)
        return f"〔{words}〕" if len(words) <= _LONGEST_BLANK else "〔按案情列明〕"

    text = check.message.translate(str.maketrans("", "", "⟦⟧"))
    for name in slots(text):
        text = text.replace("{" + name + "}", blank(name))
    return text


def _junction(op: str) -> str:
    return "并且" if op == "and" else "或者"


class _Speaker:
    """Words of one check's expressions; ``rows`` says over which fact each row variable runs."""

    def __init__(self, params: Mapping[str, Param]) -> None:
        self.params = params
        self.marks = marks(params)
        self.rows: dict[str, str] = {}

    def param(self, name: str, bare: bool = False) -> str:
        """A parameter; ``bare`` without its unit, for messages that write the unit themselves."""
        value = self.params[name].values[-1]
        changing = "现为" if len(self.params[name].values) > 1 else ""
        words = value_words(value.value, value.unit)
        unit = UNITS.get(value.unit, "")
        return (
            f"【{self.marks.get(name, '')}{changing}{words.removesuffix(unit) if bare and unit else words}】"
        )

    def part(self, node: Node, above: Node) -> str:
        """A junction inside another, in brackets."""
        words = self.say(node)
        inner = isinstance(node, (Junction, Choose)) or (isinstance(node, Rows) and node.type == "bool")
        return f"（{words}）" if inner and node is not above else words

    def say(self, node: Node) -> str:
        for kinds, words in _WORDS:
            if isinstance(node, kinds):
                return words(self, node)
        return ""

    def spec(self, node: Node) -> FactSpec | None:
        if isinstance(node, FactRef):
            return scope_facts().get(node.name)
        if isinstance(node, FieldRef):
            return vocabulary()[self.rows[node.var]].fields.get(node.field)
        return None

    def literal(self, value: Any, type: str, beside: FactSpec | None = None) -> str:
        if isinstance(value, (tuple, frozenset, set)):
            items = value if isinstance(value, tuple) else sorted(value)
            return "、".join(self.literal(item, "text", beside) for item in items) or "（空）"
        if isinstance(value, str):
            own = beside.values.get(value) if beside is not None else None
            return own or f"“{code_label(value)}”"
        return f"{yuan(value)}元" if type == "money" else show(value)

    def operands(self, one: Node, other: Node) -> tuple[str, str]:
        """Two sides of a comparison, codes of one read by the vocabulary of the other."""
        return self.operand(one, other), self.operand(other, one)

    def operand(self, node: Node, beside: Node) -> str:
        if isinstance(node, Lit):
            return self.literal(node.value, node.type, self.spec(beside))
        return self.part(node, beside)

    def column(self, node: FieldRef) -> str:
        fact = vocabulary()[self.rows[node.var]]
        label = fact.fields[node.field].label
        others = [var for var, name in self.rows.items() if name == self.rows[node.var]]
        return f"「{'另一' if others.index(node.var) else ''}{fact.label}·{label}」"

    def junction(self, node: Junction) -> str:
        return f" {_junction(node.op)} ".join(self.part(item, node) for item in node.items)

    def negation(self, node: Not) -> str:
        inner = node.item
        if isinstance(inner, Has):
            some = "中任何一种" if len(inner.kinds) > 1 else ""
            return f"卷内没有{self.kinds(inner)}{some if inner.mode == 'any' else '（至少缺一种）' if some else ''}"
        if isinstance(inner, State):
            return _NOT_STATES[inner.name].format(self.name(inner.item))
        if isinstance(inner, (FactRef, FieldRef)):
            return f"{self.name(inner)}为否"
        return f"不是（{self.say(inner)}）"

    def truth(self, node: Node) -> str:
        """A fact or column standing for itself."""
        return self.name(node) + ("为是" if node.type == "bool" else "")

    def name(self, node: Node) -> str:
        if isinstance(node, FactRef):
            return f"「{scope_facts()[node.name].label}」"
        return self.column(node) if isinstance(node, FieldRef) else self.say(node)

    def comparison(self, node: Compare) -> str:
        left, right = self.operands(node.left, node.right)
        if node.op == "<=" and node.left.type in ("set", "list"):
            return f"{right}包括{left}"
        return f"{left} {_SIGNS[node.op]} {right}"

    def membership(self, node: In) -> str:
        item, group = self.operands(node.item, node.group)
        if isinstance(node.group, Lit):
            return f"{item}为{group}之一"
        return f"{group}含有{item}"

    def kinds(self, node: Has) -> str:
        return "、".join(f"《{kind_label(kind)}》" for kind in node.kinds)

    def presence(self, node: Has) -> str:
        among = "之一" if node.mode == "any" and len(node.kinds) > 1 else ""
        return f"卷内有{self.kinds(node)}{among}"

    def state(self, node: State) -> str:
        return _STATES[node.name].format(self.name(node.item))

    def sum(self, node: Arith) -> str:
        left, right = (f"（{self.say(n)}）" if isinstance(n, (Choose, Arith)) else self.say(n)
                       for n in (node.left, node.right))  # fmt: skip
        return f"{left} {node.op.translate(str.maketrans('+-*', '＋－×'))} {right}"

    def choice(self, node: Choose) -> str:
        return f"{self.part(node.test, node)}时取{self.say(node.yes)}，否则取{self.say(node.no)}"

    def call(self, node: Call) -> str:
        if node.name == "matches" and isinstance(node.args[1], Lit):
            pattern = re.sub(
                "[a-z]+(?:_[a-z]+)*", lambda found: code_label(found[0]), str(node.args[1].value)
            )
            return _CALLS["matches"].format(self.say(node.args[0]), pattern)
        words = [self.part(arg, node) for arg in node.args]
        form = _CALLS[node.name]
        return (
            form.format("、".join(words[:-1]), words[-1])
            if node.name in ("min", "max")
            else form.format(*words)
        )

    def term(self, node: Term) -> str:
        return _TERMS[node.name].format(*(self.part(arg, node) for arg in node.args), self.param(node.param))

    def aggregate(self, node: Rows) -> str:
        self.rows[node.var] = node.fact
        where = f"（限于{self.say(node.where)}）" if node.where is not None else ""
        body = self.say(node.body) if node.body is not None else ""
        del self.rows[node.var]
        return _ROWS[node.name].format(f"「{vocabulary()[node.fact].label}」{where}", body)


_WORDS: tuple[tuple[Any, Callable[[_Speaker, Any], str]], ...] = (
    (Lit, lambda s, n: s.literal(n.value, n.type)),
    ((FactRef, FieldRef), _Speaker.truth),
    (ParamRef, lambda s, n: s.param(n.name)),
    (Index, lambda s, n: "次序"),
    (Junction, _Speaker.junction),
    (Not, _Speaker.negation),
    (Compare, _Speaker.comparison),
    (In, _Speaker.membership),
    (Arith, _Speaker.sum),
    (Choose, _Speaker.choice),
    (Call, _Speaker.call),
    (Term, _Speaker.term),
    (Has, _Speaker.presence),
    (State, _Speaker.state),
    (Rows, _Speaker.aggregate),
)
