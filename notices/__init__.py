"""The circular: official documents from frozen results. Others import from here only."""

from notices.commands import commands
from notices.demo import PASSWORD, Journey
from notices.fonts import Faces, MissingGlyph
from notices.models import Circular, CircularEdit, Letter, Receipt, Rectification
from notices.views import bp

__all__ = [
    "PASSWORD",
    "Circular",
    "CircularEdit",
    "Faces",
    "Journey",
    "Letter",
    "MissingGlyph",
    "Receipt",
    "Rectification",
    "bp",
    "commands",
]
