"""The forms of the record: registering a case file, signing its inventory off, handing it in."""

import secrets

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from casefiles.models import CASE_KINDS, PROCEDURES
from foundation import clock, web

PARTY_KINDS = {"organisation": "法人或者其他组织", "individual": "自然人", "sole_trader": "个体工商户"}


class CaseForm(web.Form):
    """Registration of a case file; what stays empty is filled from the documents."""

    case_kind = SelectField("案卷类型", choices=CASE_KINDS)
    procedure = RadioField("处罚程序", choices=PROCEDURES, default="ordinary")
    number = StringField("案件文号", [Optional(), Length(max=120, message="文号不超过 120 字。")])
    title = StringField("案由", [Optional(), Length(max=300, message="案由不超过 300 字。")])
    party_name = StringField("当事人", [Optional(), Length(max=200, message="当事人名称不超过 200 字。")])
    party_kind = SelectField("当事人类型", choices=PARTY_KINDS)
    year = IntegerField(
        "年度",
        [
            InputRequired("请填写年度。"),
            NumberRange(2000, 2100, "年度请填四位数字，如 2026。"),
        ],
        default=lambda: clock.today().year,
    )
    closed_on = DateField("结案日期", [Optional()])
    form_key = HiddenField(default=lambda: secrets.token_hex(16))
    seen = HiddenField(default="0")


class SignOffForm(web.Form):
    """目录已核, or taking it back."""

    signed = BooleanField("文书目录已核对，案卷中没有其他文书")


class SubmitForm(web.Form):
    """Handing the case file in."""


class ReturnForm(web.Form):
    """退回补正: back to its office before it is drawn, with what must be mended."""

    reason = TextAreaField(
        "需要补正的内容",
        [
            InputRequired("请写明需要补正的内容后再退回。"),
            Length(max=1000, message="退回原因不超过 1000 字。"),
        ],
    )
