"""文号: an agency's short name, the year in 〔〕 and a number without gap or repeat, given at 签发."""

from sqlmodel import Session

from foundation import ids

SERIES = {"circular": "通", "letter": "评意", "rectification": "改"}


def document_number(session: Session, *, office_id: str, prefix: str, series: str, year: int) -> str:
    """The next number of ``series`` in ``year`` for an office whose papers begin with ``prefix`` (吉人防).

    The number belongs to the transaction: rolled back with it, so that none is lost.
    """
    serial = ids.next_number(session, office_id, f"notices.{series}", year)
    return f"{prefix}{SERIES[series]}〔{year}〕{serial}号"
