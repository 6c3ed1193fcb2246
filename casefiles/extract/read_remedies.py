"""Reconsideration and litigation as a decision tells them."""

import re
from collections.abc import Iterator

from casefiles.extract.doc import Doc, Reading
from casefiles.extract.numbers import parse_number


def read_remedies(doc: Doc) -> Iterator[Reading]:
    """Reconsideration and litigation as the paper tells them."""
    title = doc.title
    body = doc.flat.search(r"(?:向)([^，。；向]{4,60}?)(?:依法)?(?:申请|提出|提起)(?:行政)?复议")
    days = doc.flat.search(
        r"([0-9一二三四五六七八九十]{1,4})(?:个?工作)?日[内之]?[^。；]{0,40}(?:申请|提出|提起)(?:行政)?复议"
    )
    court = doc.flat.search(r"向([^，。；向]{2,40}?法院)(?:依法)?(?:提起|起诉)?")
    suit = doc.flat.search(
        r"([0-9一二三四五六七八九十]{1,3})个?月[内之]?[^。；]{0,50}(?:提起(?:行政)?诉讼|起诉)"
    )
    if body:
        yield doc.read("reconsideration_body", re.sub("^(?:先|依法)", "", body.group(1)), body.flat(1))
    if days and (number := parse_number(days.group(1))):
        yield doc.read("reconsideration_days", number, days.flat())
    if court:
        yield doc.read("litigation_court", court.group(1), court.flat(1))
    if suit and (months := parse_number(suit.group(1))):
        yield doc.read("litigation_months", months, suit.flat())
    if not re.search("复议", doc.text):
        yield doc.read("decision_states_remedies", False, title, 0.93)
    else:
        told = bool(
            body
            and days
            and court
            and (suit or re.search("复议决定[^。]{0,20}十五日|先[^。]{0,30}复议", doc.text))
        )
        spot = body or days or court
        yield doc.read(
            "decision_states_remedies", told, spot.flat() if spot else title, 0.96 if told else 0.85
        )
