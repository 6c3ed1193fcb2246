"""Hiding who a case is about: names of party and unit out of every text, and blacked out on page images.

What a reviewer must not know is replaced in words (`conceal`) and covered on pages (`cover`) wherever the
reading found it. Handwriting and seals the reading could not make out may still tell; seals are covered whole.
"""

import io
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from accounts import Office
from casefiles import CaseFile, Page

COVER = "■■■"
_PLAIN = re.compile(r"人民防空办公室|人防办|人民政府|地区|朝鲜族自治州|自治州|[省市县区州]$")


def secrets_of(case: CaseFile, offices: Iterable[Office], facts: dict[str, Any]) -> list[str]:
    """The names to hide, longest first: party, issuing body, the office and those above it but the province."""
    names = {case.party_name, case.number}
    for office in offices:
        if office.level != "province":
            names |= {office.name, office.short_name, office.region, _PLAIN.sub("", office.region)}
    for fact in (
        "party_name",
        "authority",
        "party_code",
        "decision_number",
        "notice_number",
        "filing_number",
    ):
        value = (facts.get(fact) or {}).get("value")
        names.add(value if isinstance(value, str) else "")
    return sorted(
        (name.strip() for name in names if name and len(name.strip()) > 1), key=lambda n: (-len(n), n)
    )


def conceal(value: Any, names: list[str]) -> Any:
    """The same value with every name covered, through lists and dictionaries (keys stay)."""
    if isinstance(value, str):
        for name in names:
            value = value.replace(name, COVER)
        return value
    if isinstance(value, list):
        return [conceal(item, names) for item in value]
    if isinstance(value, dict):
        return {key: conceal(item, names) for key, item in value.items()}
    return value


def hidden_boxes(page: Page, names: list[str]) -> list[tuple[float, float, float, float]]:
    """The places of the names on a page, and of every seal, in page fractions."""
    boxes = [mark.box for mark in page.marks if mark.kind == "seal" and mark.box]
    for line in page.lines:
        text = line.text
        for name in names:
            start = text.find(name)
            while start >= 0:
                box = line.box_of(start, start + len(name))
                if box:
                    boxes.append(box)
                start = text.find(name, start + len(name))
    return boxes


def cover(image: Path, boxes: Iterable[tuple[float, float, float, float]], *, turn: int = 0) -> bytes:
    """The upright page image with the places painted over, then turned clockwise; PNG bytes of what is left."""
    with Image.open(image) as opened:
        picture = opened.convert("RGB")
    pen = ImageDraw.Draw(picture)
    for x0, y0, x1, y1 in boxes:
        left, right = x0 * picture.width - 2, x1 * picture.width + 2
        top, bottom = y0 * picture.height - 2, y1 * picture.height + 2
        pen.rectangle((left, top, right, bottom), fill=(60, 60, 60))
    if turn:
        picture = picture.rotate(-turn, expand=True)
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def conceal_page(page: Page, names: list[str]) -> Page:
    """A page of words without page image, with the names covered (places of single characters dropped)."""
    return replace(
        page, lines=tuple(replace(line, text=conceal(line.text, names), spans=b"") for line in page.lines)
    )
