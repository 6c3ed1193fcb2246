"""Reading: from files to lines of text with their places. Parsers run in limited child processes."""

from .cache import READER_VERSION, digest, from_json, set_folder, to_json
from .duplicates import doubles
from .html import docx_html, lines_html
from .model import Box, Line, Mark, Page, Problem, ReadFile
from .office import convert, office
from .outcome import Unreadable
from .remarks import is_separator
from .render import close_renderers, render_page
from .runner import Progress, ReadLimits, failed, read_file, read_files

__all__ = [
    "READER_VERSION",
    "Box",
    "Line",
    "Mark",
    "Page",
    "Problem",
    "Progress",
    "ReadFile",
    "ReadLimits",
    "Unreadable",
    "close_renderers",
    "convert",
    "digest",
    "docx_html",
    "doubles",
    "failed",
    "from_json",
    "is_separator",
    "lines_html",
    "office",
    "read_file",
    "read_files",
    "render_page",
    "set_folder",
    "to_json",
]
