"""One request, one transaction: opened when first used, committed once on success, else rolled back."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine
from sqlmodel import Session

from foundation import jobs
from foundation.blobs import BlobStore
from foundation.db import finish, make_engine, open_session, session_scope
from foundation.settings import Settings
from foundation.web.errors import init_errors
from foundation.web.responses import set_headers

F = TypeVar("F", bound=Callable[..., Any])
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
TURN_SECONDS = 5.0


class Application(Flask):
    """Flask that commits the request's session between the view and the response."""

    anheng_settings: Settings
    anheng_engine: Engine
    anheng_blobs: BlobStore

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.turn = threading.Lock()

    def full_dispatch_request(self) -> Response:
        """Make pages one after another: they share one interpreter, and several at once only hold each other up.

        Images, files and whatever brings a body pass at once, and nobody waits more than ``TURN_SECONDS``.
        """
        page = request.method in SAFE_METHODS and "text/html" in request.headers.get("Accept", "")
        taken = page and self.turn.acquire(timeout=TURN_SECONDS)
        try:
            return super().full_dispatch_request()
        finally:
            if taken:
                self.turn.release()

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view, then commit: a commit that fails becomes an error page, never a false success."""
        response: Response = self.make_response(super().dispatch_request())
        for check in self.extensions.get("anheng_before_commit", ()):
            check(response)
        opened: Session | None = g.get("anheng_session")
        if opened is not None:
            finish(opened)
        return response


def init_app(app: Application, settings: Settings) -> None:
    """Give the application its database, blobs, error pages and headers."""
    app.anheng_settings = settings
    app.anheng_engine = make_engine(settings.database_url)
    app.anheng_blobs = BlobStore(settings)
    jobs.use(settings)
    app.teardown_request(_close)
    app.after_request(set_headers)
    init_errors(app)


def _app() -> Application:
    return cast(Application, current_app)


def settings() -> Settings:
    """The application's settings."""
    return _app().anheng_settings


def engine() -> Engine:
    """The application's database engine."""
    return _app().anheng_engine


def blob_store() -> BlobStore:
    """The application's store of originals."""
    return _app().anheng_blobs


def writes(view: F) -> F:
    """Mark a view that must write although it is reached by GET (a reading that is itself recorded)."""
    cast(Any, view).anheng_writes = True
    return view


def session() -> Session:
    """The request's session: read only for GET (unless the view is marked ``writes``), else writing.

    A writing session holds SQLite's one write lock from its first use: read the request body before.
    """
    if "anheng_session" not in g:
        g.anheng_session = open_session(engine(), reading=_only_reads())
    return cast(Session, g.anheng_session)


def reading() -> AbstractContextManager[Session]:
    """A session for looking without holding the write lock: the request's own where that only reads, else a
    short one beside it (for who is asking, and for checks before a long upload body is read)."""
    return nullcontext(session()) if _only_reads() else session_scope(engine(), reading=True)


def _only_reads() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method in SAFE_METHODS and not getattr(view, "anheng_writes", False)


def _close(_error: BaseException | None) -> None:
    opened: Session | None = g.pop("anheng_session", None)
    if opened is not None:
        opened.rollback()
        opened.close()
