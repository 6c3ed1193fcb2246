"""The form of a register entry, made from its kind's columns."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask_wtf.file import FileAllowed, FileField, FileRequired
from wtforms import BooleanField, DateField, Field, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from foundation import web
from registers.entries import FROM, SOURCE, TO
from registers.kinds import Column, Kind
from registers.models import RegisterEntry


class ImportForm(web.Form):
    """A workbook to read in."""

    file = FileField(
        "表格文件（.xlsx）", [FileRequired("请选择文件。"), FileAllowed(["xlsx"], "只能导入 .xlsx 文件。")]
    )
    submit = SubmitField("导入")


class EndForm(web.Form):
    """The last day of an entry."""

    on = DateField("最后有效日", [InputRequired("请填写日期。")])
    submit = SubmitField("截止")


@cache
def entry_form(kind: Kind) -> type[web.Form]:
    """The form class of a register: its key and name, its own columns, the validity, the source."""
    needed = InputRequired("必须填写。")
    fields: dict[str, Any] = {
        "key": StringField(kind.key, [needed, Length(max=128)]),
        "name": StringField(kind.name, [needed, Length(max=256)]),
        **{f"data_{column.name}": _field(column) for column in kind.columns},
        "valid_from": DateField(FROM, [needed]),
        "valid_to": DateField(TO, [Optional()], description="长期有效的留空"),
        "source": StringField(SOURCE, [Length(max=512)], description="公布该名录的文件名称、文号或网址"),
        "submit": SubmitField("保存"),
    }
    return type("EntryForm", (web.Form,), fields)


def raw_values(form: web.Form, kind: Kind) -> dict[str, Any]:
    """What was typed, by column heading, ready for ``read_draft``."""
    values = {kind.key: form["key"].data, kind.name: form["name"].data, SOURCE: form["source"].data}
    values |= {FROM: form["valid_from"].data, TO: form["valid_to"].data}
    return values | {c.label: _typed(form[f"data_{c.name}"].data) for c in kind.columns}


def shown_values(entry: RegisterEntry) -> Mapping[str, Any]:
    """A stored entry as the form's first values."""
    own = {f"data_{name}": value for name, value in entry.data.items()}
    return {**entry.model_dump(include={"key", "name", "valid_from", "valid_to", "source"}), **own}


def _typed(value: Any) -> Any:
    return ("是" if value else "否") if isinstance(value, bool) else value


def _field(column: Column) -> Field:
    checks = [InputRequired("必须填写。") if column.required else Optional()]
    if column.type == "choice":
        blank = [] if column.required else [("", "（不填）")]
        options = web.choices(blank + [(item, item) for item in column.choices])
        return SelectField(column.label, checks, choices=options)
    if column.type == "bool":
        return BooleanField(column.label)
    if column.type == "long":
        return TextAreaField(column.label, checks, description=column.help, render_kw={"rows": 3})
    if column.type == "date":
        return StringField(column.label, checks, description=column.help, render_kw={"type": "date"})
    return StringField(column.label, checks, description=column.help)
