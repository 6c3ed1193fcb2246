"""Response headers and downloads: strict policy for pages, a sandbox for what users uploaded."""

from pathlib import Path
from typing import IO

from flask import Response, current_app, request, send_file

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
DOWNLOAD_POLICY = "default-src 'none'; sandbox"
INLINE_TYPES = (
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "video/mp4",
    "audio/mpeg",
)


def set_headers(response: Response) -> Response:
    """Headers of every response; a view that set its own policy keeps it."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint not in ("static", "bootstrap.static") and not response.headers.get("ETag"):
        headers["Cache-Control"] = "no-store"
    return response


def wants_json() -> bool:
    """Whether the caller is a script of ours rather than a person's page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.is_json or best == "application/json"


def download(
    source: Path | IO[bytes], name: str, mimetype: str, *, digest: str = "", inline: bool = False
) -> Response:
    """Send a stored file under a safe name, in a sandbox; shown in the page only if ``inline`` and harmless.

    ``digest`` (SHA-256) makes the answer cacheable by this browser: the content cannot change.
    """
    shown = inline and mimetype in INLINE_TYPES
    response = send_file(
        source,
        mimetype=mimetype
        if shown or mimetype not in ("text/html", "image/svg+xml")
        else "application/octet-stream",
        as_attachment=not shown,
        download_name=Path(name.replace("\\", "/")).name or "下载",
        conditional=True,
        etag=digest or False,
        max_age=31536000 if digest else None,
    )
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    if shown:
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    if digest:
        response.cache_control.public = False
        response.cache_control.private = True
    return current_app.make_response(response)
