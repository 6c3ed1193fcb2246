"""Forms of the circular room."""

from flask_wtf.file import FileAllowed, FileField
from wtforms import BooleanField, DateField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from foundation import web

PROOF_TYPES = ("pdf", "docx", "doc", "jpg", "jpeg", "png", "tif", "tiff", "zip")


class StartForm(web.Form):
    """Draft a circular for a round with frozen results."""

    round_id = HiddenField(validators=[InputRequired()])


class SectionForm(web.Form):
    """One section of the circular."""

    heading = StringField("标题", validators=[Length(max=60, message="标题不超过60个字。")])
    text = TextAreaField("正文", validators=[InputRequired("正文不能为空。"), Length(max=8000)])
    version = HiddenField(validators=[InputRequired()])


class DetailsForm(web.Form):
    """Title, addressee, 抄送 and 附注."""

    title = StringField("标题", validators=[InputRequired("请填写标题。"), Length(max=200)])
    addressee = StringField("主送单位", validators=[InputRequired("请填写主送单位。"), Length(max=300)])
    copies_to = StringField("抄送（用顿号分隔）", validators=[Length(max=500)])
    note = StringField("附注", validators=[Length(max=200)])
    version = HiddenField(validators=[InputRequired()])


class ProofreadForm(web.Form):
    """核稿: every number typed by hand is confirmed one by one."""

    confirmed = SelectMultipleField(
        "已核对的数字",
        choices=[],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class ReasonForm(web.Form):
    """A reason that is kept."""

    reason = StringField("原因", validators=[InputRequired("请写明原因。"), Length(max=1000)])


class IssueForm(web.Form):
    """签发: the 成文日期."""

    on = DateField("成文日期", validators=[InputRequired("请填写成文日期。")])


class AnswerForm(web.Form):
    """The office's report on one fault."""

    text = TextAreaField("整改情况", validators=[InputRequired("请填写整改情况。"), Length(max=4000)])
    proof = FileField("证明材料", validators=[FileAllowed(PROOF_TYPES, "请上传PDF、Word、图片或zip文件。")])


class CheckForm(web.Form):
    """The province's check of a report."""

    accepted = BooleanField("准予销号")
    remark = StringField("核查意见", validators=[Length(max=2000)])
