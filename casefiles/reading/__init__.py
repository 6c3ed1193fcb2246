"""Reading: from files to lines of text with their places. Parsers run in limited child processes."""

from .cache import READER_VERSION, from_json, to_json
from .model import Box, Line, Mark, Page, Problem, ReadFile
from .runner import Progress, ReadLimits, digest, failed, read_file, read_files

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
    "digest",
    "failed",
    "from_json",
    "read_file",
    "read_files",
    "to_json",
]
