"""Which words of a typed page stand for a signature: names set in a script face."""

import re

_CURSIVE = re.compile(
    r"行书|行楷|草书|草体|舒体|手写|签名|xingkai|xingshu|caoshu|shuti|handwrit|script|cursive", re.I
)
_REGULAR = re.compile(r"楷|kai", re.I)
_DATE = re.compile(r"[0-9年月日时分.:/-]+")
_NAME = re.compile(r"[㐀-鿿\U00020000-\U0003ffff·•]{2,8}")


def is_script(font: str | None) -> bool:
    """Whether a font's name is that of a face that offices use for typed signatures."""
    return bool(font) and bool(_CURSIVE.search(font or "") or _REGULAR.search(font or ""))


def hand_pieces(pieces: list[tuple[str, str | None]]) -> tuple[str, ...]:
    """The signatures among runs of one line, given as (text, font name).

    A cursive face always counts. 楷体 is a printing face as well (headings, quotations), so there a run counts only
    when it holds nothing but names, and perhaps their date.
    """
    found: list[str] = []
    for text, font in pieces:
        if not is_script(font):
            continue
        cursive = bool(_CURSIVE.search(font or ""))
        parts = [part for part in re.split(r"[、，,；;。\s]+" if cursive else r"[、\s]+", text) if part]
        names = [part for part in parts if not _DATE.fullmatch(part)]
        if cursive or all(_NAME.fullmatch(part) for part in names):
            found += names
    return tuple(found)


def join_runs(runs: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """Neighbouring runs of one font as one."""
    joined: list[tuple[str, str | None]] = []
    for text, font in runs:
        if joined and joined[-1][1] == font:
            joined[-1] = (joined[-1][0] + text, font)
        else:
            joined.append((text, font))
    return joined
