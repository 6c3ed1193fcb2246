"""Doing something that may be refused, so that the page can be shown again with everything typed kept."""

from collections.abc import Callable

from foundation import errors, web


def refused_by(act: Callable[[], object]) -> errors.AnhengError | None:
    """Run `act`; a refusal undoes its writes and is returned for the page to show."""
    try:
        act()
    except errors.AnhengError as error:
        web.session().rollback()
        return error
    return None
