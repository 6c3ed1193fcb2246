"""The base of every form: CSRF token, messages in Chinese."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms.i18n import get_translations


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose built-in messages are in Simplified Chinese."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """WTForms' own Simplified Chinese catalogue."""

        locales = ("zh_CN", "zh")

        def get_translations(self, form: Any) -> Any:
            """The catalogue, found by WTForms itself (no Babel installation needed)."""
            return get_translations(self.locales)
