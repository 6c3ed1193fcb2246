"""Forms of the accounts room."""

from wtforms import PasswordField, SelectField, SelectMultipleField, StringField, SubmitField
from wtforms.validators import EqualTo, InputRequired, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from accounts.models import LEVELS, ROLE_LABELS, Role
from foundation import web

NEEDED = InputRequired("必须填写。")


class LoginForm(web.Form):
    """Signing in."""

    login = StringField(
        "登录名",
        [InputRequired("请输入登录名。"), Length(max=64)],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        "密码",
        [InputRequired("请输入密码。"), Length(max=128)],
        render_kw={"autocomplete": "current-password"},
    )
    submit = SubmitField("登 录")


class PasswordForm(web.Form):
    """Changing one's own password."""

    old = PasswordField("当前密码", [InputRequired("请输入当前密码。"), Length(max=128)])
    new = PasswordField("新密码", [InputRequired("请输入新密码。"), Length(max=128)])
    again = PasswordField("再输入一次新密码", [EqualTo("new", "两次输入的新密码不一致。")])
    submit = SubmitField("修改密码")


class UserForm(web.Form):
    """A new account; its roles are the security administrator's to give."""

    login = StringField(
        "登录名",
        [NEEDED, Length(3, 64), Regexp(r"[A-Za-z0-9_.-]+\Z", message="只能用字母、数字、点、横线和下划线。")],
    )
    name = StringField("姓名", [NEEDED, Length(max=64)])
    office_id = SelectField("所在单位", [NEEDED])
    submit = SubmitField("新增账号")


class RolesForm(web.Form):
    """The roles of an account."""

    roles = SelectMultipleField(
        "角色",
        choices=web.choices(ROLE_LABELS.items()),
        coerce=Role,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    submit = SubmitField("保存角色")


class OfficeEditForm(web.Form):
    """The names of an office."""

    name = StringField("全称", [NEEDED, Length(max=128)])
    short_name = StringField("简称", [Length(max=32)])
    document_code = StringField("机关代字", [Length(max=16)], description="文号中的代字，如“吉人防”")
    region = StringField("行政区域", [Length(max=32)])
    submit = SubmitField("保存")


class OfficeForm(OfficeEditForm):
    """A new office."""

    code = StringField("机构代码", [NEEDED, Length(max=32)], description="行政区划代码或统一社会信用代码")
    level = SelectField("级别", [NEEDED], choices=web.choices(LEVELS.items()), default="county")
    parent_id = SelectField("上级单位", [NEEDED])
    submit = SubmitField("新增单位")
