"""Reading one rule file: schema, dates, names and types, each fault with its place and remedy.

The schema is a table of keys per level; expressions are parsed against the vocabulary, so that an
unknown name or a comparison of unlike types is a fault of the file, not of a case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from .facts import FactError, FactSpec, decode, document_kinds, vocabulary
from .home import RELEASED
from .language import Expr, ExprError, Scope, parse, slots
from .language.message import faults
from .language.nodes import FactRef, Has, Rows, walk
from .language.operators import near
from .lint import clause_faults, rule_faults
from .rule_schema import ASK, BASIS, FIX, HISTORY, LIMB, PARAM, RULE, TEST, VALUE, clip, offset
from .rules import PERIOD_UNITS, SYSTEMS, UNITS, VERDICTS, Basis, Check, Param, Rule, RuleTest, Value
from .source import Document, PackError, load

Keys = tuple[Any, ...]


def read_rule(path: Path, pack: str, version: str) -> tuple[Rule, Mapping[str, Any]]:
    """The rule of a file with the file's plain content; raises ``PackError`` at the first fault."""
    document = load(path)
    return _Reader(document, pack, version).rule(), document.data


@cache
def scope_facts() -> Mapping[str, FactSpec]:
    """The vocabulary with ``as_of``, as expressions and messages see it."""
    return {**vocabulary(), "as_of": FactSpec("as_of", "date", "评查基准日")}


class _Reader:
    def __init__(self, document: Document, pack: str, version: str) -> None:
        self.doc, self.pack, self.version = document, pack, version
        self.data: Mapping[str, Any] = document.data if isinstance(document.data, dict) else {}

    def fail(self, keys: Keys, what: str, remedy: str = "") -> NoReturn:
        raise PackError(self.doc.where(*keys), what, remedy)

    def shape(self, keys: Keys, value: Any, schema: Mapping[str, Any], needed: Iterable[str] = ()) -> None:
        if not isinstance(value, dict):
            self.fail(keys, "应为键值表", "写成 键: 值")
        for key, entry in value.items():
            if key not in schema:
                self.fail((*keys, key), f"未知的键 {key}", near(str(key), schema))
            if not isinstance(entry, schema[key]) or (isinstance(entry, bool) and schema[key] is int):
                self.fail((*keys, key), f"{key} 的值类型不对（{type(entry).__name__}）", "核对规则文件格式")
        for key in needed:
            if key not in value:
                self.fail(keys, f"缺少 {key}", "补上")

    def rule(self) -> Rule:
        data = self.data
        self.shape((), data, RULE, ("id", "title", "system", "basis", "tests"))
        self.choice(("system",), data["system"], SYSTEMS)
        if not self.doc.path.name.startswith(data["id"] + "-") and self.doc.path.stem != data["id"]:
            self.fail(
                ("id",), f"文件名 {self.doc.path.name} 与编号 {data['id']} 不符", "文件名写成 编号-说明.yaml"
            )
        basis = self.basis(("basis",), data["basis"])
        select = self.select((), data)
        kinds = tuple(self.kinds(("evidence",), data.get("evidence", ())))
        params = self.params((), data)
        when = self.expr(("when",), data.get("when"), params)
        if "limbs" in data:
            checks = self.limbs(basis, select, params)
            for key in ("require", "ask"):
                if key in data:
                    self.fail((key,), f"有 limbs 的规则不能再有 {key}", "移入某一限肢")
        else:
            checks = (self.check((), data, "", basis, select, {}),)
        rule = Rule(
            data["id"], data["title"], self.pack, self.version, data["system"], data.get("status", "stable"),
            data.get("confirmed", True), data.get("stage", "case"), basis, select,
            when, checks, kinds, (), self.doc.path.name, data.get("note", ""), tuple(self.history()),
        )  # fmt: skip
        rule = replace(rule, tests=tuple(self.tests(rule)))
        for fault in rule_faults(rule) if not RELEASED else ():
            self.fail(fault.keys, fault.what, fault.remedy)
        return rule

    def history(self) -> Iterable[tuple[str, str]]:
        for at, entry in enumerate(self.data.get("history", ())):
            self.shape(("history", at), entry, HISTORY, HISTORY)
            yield entry["version"], entry["what"]

    def limbs(
        self, basis: tuple[Basis, ...], select: tuple[str, ...], params: Mapping[str, Param]
    ) -> tuple[Check, ...]:
        checks: list[Check] = []
        for at, entry in enumerate(self.data["limbs"]):
            keys = ("limbs", at)
            self.shape(keys, entry, LIMB, ("id", "message"))
            if any(check.id == entry["id"] for check in checks):
                self.fail((*keys, "id"), f"限肢 {entry['id']} 重复", "换一个字母")
            own = self.basis((*keys, "basis"), entry["basis"]) if "basis" in entry else basis
            if "in_force" in entry:
                start, end = self.span((*keys, "in_force"), entry["in_force"])
                own = tuple(b for b in (clip(b, start, end) for b in own) if b is not None)
                if not own:
                    self.fail((*keys, "in_force"), "这一期间没有任何依据施行", "核对限肢的 in_force 和 basis")
            by = self.select(keys, entry) if "select_by" in entry else select
            checks.append(self.check(keys, entry, entry["id"], own, by, params))
        if not checks:
            self.fail(("limbs",), "limbs 是空的", "写至少一个限肢")
        return tuple(checks)

    def check(
        self, keys: Keys, data: Mapping[str, Any], limb: str, basis: tuple[Basis, ...],
        select: tuple[str, ...], inherited: Mapping[str, Param],
    ) -> Check:  # fmt: skip
        params = {**inherited, **self.params(keys, data)}
        if "require" not in data and "ask" not in data:
            self.fail(keys, "既没有 require 也没有 ask", "写检查式，或写需人工回答的问题")
        ask, fix = data.get("ask", {}), data.get("fix", self.data.get("fix", {}))
        if ask:
            self.shape((*keys, "ask"), ask, ASK, ("question",))
        self.shape((*keys, "fix"), fix, FIX)
        show = {
            name: self.expr((*keys, "show", name), text, params, None)
            for name, text in {**(self.data.get("show", {}) if limb else {}), **data.get("show", {})}.items()
        }
        required = self.expr((*keys, "require"), data.get("require"), params)
        if required is not None and not any(
            isinstance(node, (FactRef, Rows, Has)) for node in walk(required.root)
        ):
            self.fail(
                (*keys, "require"), "检查式没有用到任何事实或文书", "没有证据不得扣分；由人判断的写 ask"
            )
        message = data.get("message", "")
        if "require" in data and not message:
            self.fail(keys, "有 require 而没有 message", "写一句违反时给单位看的话")
        self.template((*keys, "message"), message, {*params, *show})
        return Check(
            limb, data.get("title", self.data["title"]), basis, select, params,
            self.expr((*keys, "when"), data.get("when"), params) if limb else None,
            required, ask.get("question"),
            tuple(self.kinds((*keys, "ask", "where"), ask.get("where", ()))), message,
            {name: expr for name, expr in show.items() if expr is not None},
            fix.get("text", ""), fix.get("curable"),
            self.expr((*keys, "occurrences"), data.get("occurrences"), params, "int"),
            data.get("confirmed", True),
        )  # fmt: skip

    def template(self, keys: Keys, template: str, extra: set[str]) -> None:
        for at in faults(template):
            raise PackError(self.doc.where_in(keys, at), "花括号不成对或不是名称", "写成 {事实名}")
        for name in slots(template):
            if name not in extra and name not in scope_facts():
                self.fail(keys, f"message 用了未登记的名称 {name}", near(name, {*extra, *scope_facts()}))

    def expr(
        self, keys: Keys, source: Any, params: Mapping[str, Param], expect: str | None = "bool"
    ) -> Expr | None:
        if source is None:
            return None
        text = str(source)
        units = {
            name: frozenset(v.unit for v in param.values) | {param.unit} for name, param in params.items()
        }
        kinds = document_kinds()
        try:
            return parse(text, Scope(scope_facts(), units, frozenset(kinds) if kinds else None), expect)
        except ExprError as error:
            where = self.doc.where_in(keys, offset(text, error.at))
            raise PackError(where, error.what, error.remedy) from error

    def choice(self, keys: Keys, value: str, allowed: Iterable[str]) -> None:
        if value not in allowed:
            self.fail(keys, f"{keys[-1]} 不能是 {value}", near(value, allowed))

    def kinds(self, keys: Keys, values: Iterable[str]) -> Iterable[str]:
        known = document_kinds()
        for at, kind in enumerate(values):
            if known and kind not in known:
                self.fail((*keys, at), f"没有文书种类 {kind}", near(kind, known))
            yield kind

    def select(self, keys: Keys, data: Mapping[str, Any]) -> tuple[str, ...]:
        given = data.get("select_by", ())
        names = (given,) if isinstance(given, str) else tuple(given)
        for name in names:
            spec = scope_facts().get(name)
            if spec is None or spec.type != "date":
                dates = [key for key, fact in scope_facts().items() if fact.type == "date"]
                self.fail((*keys, "select_by"), f"select_by 的 {name} 不是日期事实", near(name, dates))
        return names

    def span(self, keys: Keys, value: Any) -> tuple[date | None, date | None]:
        good = isinstance(value, list) and len(value) == 2
        if not good or not all(entry is None or isinstance(entry, date) for entry in value):
            self.fail(keys, "in_force 应为 [起日, 止日或 null]", "写成 [2021-07-15, null]")
        start, end = value
        if start and end and end < start:
            self.fail(keys, "止日早于起日", "核对日期")
        return start, end

    def basis(self, keys: Keys, entries: list[Any]) -> tuple[Basis, ...]:
        if not entries:
            self.fail(keys, "basis 是空的", "写明法名、文本、条")
        found = []
        for at, entry in enumerate(entries):
            self.shape((*keys, at), entry, BASIS, ("law", "in_force"))
            start, end = self.span((*keys, at, "in_force"), entry["in_force"])
            text = entry.get("text")
            words = "" if text is None else str(text)
            number, part, item = entry.get("article"), entry.get("paragraph"), entry.get("item")
            source, confirmed = entry.get("source", ""), entry.get("confirmed", True)
            found.append(Basis(entry["law"], words, number, part, item, start, end, source, confirmed))
        for fault in clause_faults(keys, found) if not RELEASED else ():
            self.fail(fault.keys, fault.what, fault.remedy)
        return tuple(found)

    def params(self, keys: Keys, data: Mapping[str, Any]) -> Mapping[str, Param]:
        return {
            name: self.param((*keys, "params", name), name, entry)
            for name, entry in data.get("params", {}).items()
        }

    def param(self, keys: Keys, name: str, entry: Any) -> Param:
        self.shape(keys, entry, PARAM, ("unit", "values"))
        self.choice((*keys, "unit"), entry["unit"], UNITS)
        values: list[Value] = []
        for at, value in enumerate(entry["values"]):
            here = (*keys, "values", at)
            self.shape(here, value, VALUE, ("value",))
            unit = value.get("unit", entry["unit"])
            self.choice((*here, "unit"), unit, UNITS)
            since = value.get("from")
            if values and (since is None or (values[-1].since is not None and since <= values[-1].since)):
                self.fail((*here, "from"), "参数各值的起日应递增且不重复", "按日期先后排列")
            values.append(
                Value(
                    since, self.number((*here, "value"), unit, value["value"]), unit, value.get("source", "")
                )
            )
        if not values:
            self.fail((*keys, "values"), "参数没有值", "至少写一个值")
        return Param(name, entry["unit"], tuple(values), self.select(keys, entry))

    def number(self, keys: Keys, unit: str, value: Any) -> Any:
        if value is None:
            return None
        if unit == "codes" and isinstance(value, list):
            return tuple(value)
        kind: Any = {"flag": bool, "text": str}.get(unit, int)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fail(keys, f"单位 {unit} 的值应为 {kind.__name__}", "期限、金额（元）写整数")
        if unit in PERIOD_UNITS and value < 0:
            self.fail(keys, "期限不能为负", "核对数值")
        return value * 100 if unit == "yuan" else value

    def tests(self, rule: Rule) -> Iterable[RuleTest]:
        seen: set[str] = set()
        for at, entry in enumerate(self.data["tests"]):
            keys: Keys = ("tests", at)
            self.shape(keys, entry, TEST, ("name", "expect"))
            if entry["name"] in seen:
                self.fail((*keys, "name"), f"测试 {entry['name']} 重名", "换一个名称")
            seen.add(entry["name"])
            yield self.test(keys, entry, rule)

    def test(self, keys: Keys, entry: Mapping[str, Any], rule: Rule) -> RuleTest:
        expect = entry["expect"] if isinstance(entry["expect"], dict) else {"rule": entry["expect"]}
        limbs = {check.id for check in rule.checks}
        for part, verdict in expect.items():
            if part != "rule" and part not in limbs:
                self.fail((*keys, "expect"), f"没有限肢 {part}", near(str(part), limbs))
            self.choice((*keys, "expect"), verdict, VERDICTS)
        facts, states = {}, entry.get("states", {})
        for name, value in entry.get("facts", {}).items():
            spec = vocabulary().get(name)
            if spec is None:
                self.fail((*keys, "facts", name), f"未登记的事实 {name}", near(name, vocabulary()))
            try:
                facts[name] = decode(spec, value)
            except FactError as error:
                self.fail((*keys, "facts", name), str(error), "按事实类型填写")
        for name, state in states.items():
            if name not in vocabulary():
                self.fail((*keys, "states", name), f"未登记的事实 {name}", near(name, vocabulary()))
            self.choice((*keys, "states", name), state, ("confirmed_absent", "not_yet", "unrecorded"))
        return RuleTest(
            entry["name"], facts, states, tuple(self.kinds((*keys, "documents"), entry.get("documents", ()))),
            entry.get("signed_off", True), entry.get("as_of"), expect, entry.get("occurrences"), entry.get("says"),
        )  # fmt: skip
