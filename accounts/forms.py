"""Forms of the accounts room."""

from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import EqualTo, InputRequired, Length

from foundation import web


class LoginForm(web.Form):
    """Signing in."""

    login = StringField("登录名", [InputRequired("请输入登录名。"), Length(max=64)], render_kw={"autocomplete": "username", "autofocus": True})  # fmt: skip  # noqa: E501
    password = PasswordField("密码", [InputRequired("请输入密码。"), Length(max=128)], render_kw={"autocomplete": "current-password"})  # fmt: skip  # noqa: E501
    submit = SubmitField("登 录")


class PasswordForm(web.Form):
    """Changing one's own password."""

    old = PasswordField("当前密码", [InputRequired("请输入当前密码。"), Length(max=128)])
    new = PasswordField("新密码", [InputRequired("请输入新密码。"), Length(max=128)])
    again = PasswordField("再输入一次新密码", [EqualTo("new", "两次输入的新密码不一致。")])
    submit = SubmitField("修改密码")
