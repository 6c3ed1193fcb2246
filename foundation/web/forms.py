"""The base of every form: CSRF token, messages in Chinese."""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.i18n import get_translations


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose built-in messages are in Simplified Chinese."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """WTForms' own Simplified Chinese catalogue."""

        locales = ("zh_CN", "zh")

        def get_translations(self, form: Any) -> Any:
            """The catalogue, found by WTForms itself (no Babel installation needed)."""
            return get_translations(self.locales)


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """The options of a select or radio field from ``(value, label)`` pairs."""
    return [SelectChoice(value, label) for value, label in pairs]
