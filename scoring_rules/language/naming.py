"""The order of variables in a generated function."""

import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"\b[a-z_]\w*\b")
_TARGET = re.compile(r"\b([a-z_]\w*) :?\|?\+?= ")


def frequent_first(unpack: str, lines: Sequence[str]) -> list[str]:
    """The line that unpacks a case, without the columns that are not asked, after one that is never run: it
    names the variables by frequency, since the first 256 of a function are reached by shorter code."""
    text = "\n".join(lines)
    uses = Counter(_WORD.findall(text))
    columns = unpack.partition(" = ")[0].replace(",", " ").split()
    names = {*_TARGET.findall(text), *(name for name in columns if name in uses)}
    ordered = sorted(names, key=lambda name: (-uses[name], name))
    left = ", ".join(name if name in uses else "_" for name in columns)
    return [f"    if 0: {' = '.join([*ordered, 'None'])}", f"    {left}, = row"]
