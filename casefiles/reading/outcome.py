"""What a parser hands back for one file, and the errors it may end with."""

from dataclasses import dataclass, field

from .model import Page


class Unreadable(ValueError):
    """A file that cannot be read: ``what`` happened and the ``remedy``, in Chinese.

    ``outcome`` is refused (do not keep), quarantined (kept apart, never opened) or kept (stored as it is).
    """

    def __init__(self, what: str, remedy: str, outcome: str = "refused") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.outcome = outcome


@dataclass(slots=True)
class Parsed:
    """Pages and the rest of ``ReadFile`` before name and digest are put to them."""

    media: str
    pages: list[Page] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    """Lesser problems as (what, remedy)."""
    properties: dict[str, object] = field(default_factory=dict)
    sheets: dict[str, list[list[str]]] = field(default_factory=dict)
    outcome: str = "read"
    scans: list[int] = field(default_factory=list)
    """Numbers of pages that are pictures and wait for OCR."""
