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


def _rare(char: str) -> bool:
    """Whether older faces lack the character (outside GB 2312), so that it was set in another face."""
    if char in "·•":
        return True
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return bool(_NAME.fullmatch(char * 2))
    return False


def with_fallbacks(runs: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """Runs in which a rare character beside script belongs to the script: 白 in 楷体, 赟 in the face that has it."""
    mended: list[tuple[str, str | None]] = []
    for index, (text, font) in enumerate(runs):
        rest = text
        if not is_script(font):
            if mended and is_script(mended[-1][1]) and _NAME.fullmatch(mended[-1][0][-1] * 2):
                while rest and _rare(rest[0]):
                    mended[-1] = (mended[-1][0] + rest[0], mended[-1][1])
                    rest = rest[1:]
            after = runs[index + 1] if index + 1 < len(runs) else None
            tail = ""
            if after and is_script(after[1]) and _NAME.fullmatch(after[0][0] * 2):
                while rest and _rare(rest[-1]):
                    tail, rest = rest[-1] + tail, rest[:-1]
            if rest:
                mended.append((rest, font))
            if tail and after:
                mended.append((tail, after[1]))
        else:
            mended.append((rest, font))
    return _joined(mended)


def join_runs(runs: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """Neighbouring runs of one font as one, rare characters with the script they stand in."""
    return with_fallbacks(_joined([run for run in runs if run[0]]))


def _joined(runs: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """Neighbouring runs of one font as one."""
    joined: list[tuple[str, str | None]] = []
    for text, font in runs:
        if joined and joined[-1][1] == font:
            joined[-1] = (joined[-1][0] + text, font)
        else:
            joined.append((text, font))
    return joined
