"""The forms of a review: the round, phase moves, seed, seats, settlements, resolutions, replies."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from casefiles import CASE_KINDS
from foundation import clock, web
from review.models import CAUSES, VERDICTS, Round

DEFAULT_STANDARD = "jilin-rf-2020"


def options(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Choices of a select from (value, label) pairs."""
    return [SelectChoice(value, label) for value, label in pairs]


class RoundForm(web.Form):
    """Scope, plan and rules of a round."""

    title = StringField("活动名称", [DataRequired("请填写活动名称。"), Length(max=200)])
    year = IntegerField(
        "年度", [InputRequired("请填写年度。"), NumberRange(2000, 2100)], default=lambda: clock.today().year
    )
    kinds = SelectMultipleField(
        "案卷类别", [DataRequired("请至少选一类案卷。")], choices=options(CASE_KINDS.items())
    )
    office_ids = SelectMultipleField("参评单位", [DataRequired("请至少选一个参评单位。")])
    closed_from = DateField("办结日期自", [InputRequired("请填写办结期间的起日。")])
    closed_to = DateField("办结日期至", [InputRequired("请填写办结期间的止日。")])
    standard_id = SelectField("评查标准", default=DEFAULT_STANDARD)
    panel = SelectMultipleField("评查员", [DataRequired("请至少选两名评查员。")])
    per_office = IntegerField("每单位随机抽取", [InputRequired(), NumberRange(0, 1000)], default=10)
    per_kind = IntegerField("每类至少", [InputRequired(), NumberRange(0, 1000)], default=1)
    quorum = IntegerField("表决最少票数", [InputRequired(), NumberRange(3, 99)], default=3)
    gap_limit = DecimalField(
        "两表分差超过（分）须合议", [InputRequired(), NumberRange(0, 100)], default=Decimal(5)
    )
    hide_identity = BooleanField("对评查员隐去单位和当事人名称", default=True)
    due_scoring = DateField("初评截止", [Optional()])
    due_replying = DateField("申辩截止", [Optional()])

    def scope(self) -> dict[str, Any]:
        """The Round's fields."""
        due = {"scoring": self.due_scoring.data, "replying": self.due_replying.data}
        names = "title year kinds office_ids closed_from closed_to standard_id per_office per_kind quorum"
        return {
            **{name: self[name].data for name in (*names.split(), "hide_identity")},
            "gap_limit": int((self.gap_limit.data or 0) * 10),
            "due": {phase: day.isoformat() for phase, day in due.items() if day},
        }


class MoveForm(web.Form):
    """A phase forward, or back with its reason."""

    direction = HiddenField(default="forward")
    reason = StringField("退回理由", [Optional(), Length(max=500)])


class DueForm(web.Form):
    """The last days of 初评 and 反馈."""

    scoring = DateField("初评截止", [Optional()])
    replying = DateField("申辩截止", [Optional()])


class PanelForm(web.Form):
    """One member of the panel: added, changed or taken off."""

    user_id = SelectField("人员")
    duty = RadioField(
        "职责", choices=options([("reviewer", "评查员"), ("leader", "组长")]), default="reviewer"
    )
    cap = IntegerField("最多评查（卷，0 为不限）", [Optional(), NumberRange(0, 999)], default=0)
    remove = HiddenField(default="")


class MustForm(web.Form):
    """A case that must be drawn, with its reason; empty takes it back."""

    case_id = HiddenField()
    reason = StringField("必抽理由", [Optional(), Length(max=300)])


class ListForm(web.Form):
    """Freezing the list: where the later seed will come from."""

    seed_source = StringField(
        "随机种子将取自",
        [DataRequired("请写明种子来源，如“2026年12月1日双色球第2026140期开奖号码”。"), Length(max=300)],
    )


class SeedForm(web.Form):
    """The seed once it is public."""

    seed = StringField("随机种子", [DataRequired("请照公布的号码填写。"), Length(max=200)])
    how = StringField("取得方式（谁、何时、在场人）", [DataRequired("请写明取得方式。"), Length(max=300)])


class SeatForm(web.Form):
    """One seat given to a named reviewer; without `seat_id` an additional one."""

    seat_id = HiddenField(default="")
    file_id = HiddenField(default="")
    reviewer_id = SelectField("改派给")
    reason = StringField("理由", [DataRequired("请写明改派理由。"), Length(max=500)])


class RecuseForm(web.Form):
    """Declaring 回避 against a unit or one seat's file."""

    office_id = SelectField("回避单位")
    file_id = HiddenField(default="")
    reason = StringField("理由", [DataRequired("请写明回避理由。"), Length(max=500)])


class SubmitForm(web.Form):
    """Handing a sheet in."""

    remark = TextAreaField("总体意见", [Optional(), Length(max=2000)])


class PlainForm(web.Form):
    """A button: CSRF token only."""


class VoteForm(web.Form):
    """Reasons and minutes shared by settlements and resolutions; the votes stand beside them."""

    reasons = TextAreaField("理由", [DataRequired("请写明理由。"), Length(max=4000)])
    minutes = TextAreaField("合议记录", [Optional(), Length(max=8000)])


class SettleForm(VoteForm):
    """What the panel holds on one disputed rule."""

    verdict = RadioField(
        "合议认定", choices=options((k, v) for k, v in VERDICTS.items() if k != "undetermined")
    )
    occurrences = IntegerField("处数", [Optional(), NumberRange(0, 999)], default=0)


class ResolutionForm(VoteForm):
    """The vote on a 典型差案."""

    cause = SelectField("问题根源", choices=options(CAUSES.items()))


class ReplyForm(web.Form):
    """An office's objection to one finding."""

    rule = HiddenField()
    text = TextAreaField("申辩意见", [DataRequired("请写明不同意的理由。"), Length(max=4000)])
    evidence = TextAreaField("依据（文书名称、页码或补交材料）", [Optional(), Length(max=2000)])


class DecideForm(web.Form):
    """The answer to a reply."""

    outcome = RadioField(
        "答复",
        choices=options(
            [("rejected", "不采纳"), ("met", "采纳，改认符合"), ("not_applicable", "采纳，改认不适用")]
        ),
    )
    reason = TextAreaField("理由", [DataRequired("请写明采纳或者不采纳的理由。"), Length(max=4000)])


def votes(form: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """{user id: (choice, reason)} from the fields `choice-<id>` and `reason-<id>` of a voting table."""
    chosen = {key.removeprefix("choice-"): value for key, value in form.items() if key.startswith("choice-")}
    return {user: (choice, form.get(f"reason-{user}", "")) for user, choice in chosen.items() if choice}


def limbs(form: Mapping[str, str]) -> dict[str, str]:
    """{limb id: verdict} from the fields `limb-<id>`."""
    return {
        key.removeprefix("limb-"): value for key, value in form.items() if key.startswith("limb-") and value
    }


def due_of(form: DueForm) -> dict[str, str]:
    """{phase: ISO date} of the filled dates."""
    days = {"scoring": form.scoring.data, "replying": form.replying.data}
    return {phase: day.isoformat() for phase, day in days.items() if day}


def show_due(form: DueForm, round_: Round) -> DueForm:
    """The form filled with the round's dates."""
    form.scoring.data = form.scoring.data or _day(round_, "scoring")
    form.replying.data = form.replying.data or _day(round_, "replying")
    return form


def _day(round_: Round, phase: str) -> date | None:
    return date.fromisoformat(round_.due[phase]) if round_.due.get(phase) else None
