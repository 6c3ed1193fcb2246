"""The tus 1.0 address of a case file: any tus client may send here, cut off and come back."""

import base64
import binascii
from typing import BinaryIO, cast

from flask import Response, jsonify, make_response, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from werkzeug.http import http_date

from accounts import User, current_user
from casefiles import uploads as tus
from casefiles.access import load_case, reach
from casefiles.models import CaseFile, Upload
from casefiles.tasks import enqueue_processing
from foundation import errors, settings, web

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,termination,expiration"

VIEWS = ("uploads", "upload")


def uploads(case_id: str) -> ResponseReturnValue:
    """POST announces a file; OPTIONS says what this server can."""
    if request.method == "OPTIONS":
        reach(case_id, "own_case")
        return _answer(204, {"Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(_limits().recording_bytes)})
    _require_version()
    case = reach(case_id, "own_case")
    name, length = _announced()
    upload = tus.begin(
        web.session(), case=case, by=current_user(), name=name, length=length, limits=_limits()
    )
    place = url_for("casefiles.upload", case_id=case.id, upload_id=upload.id)
    return _answer(201, {"Location": place, "Upload-Offset": "0", "Upload-Expires": _expiry(upload)})


def upload(case_id: str, upload_id: str) -> ResponseReturnValue:
    """HEAD: how far; PATCH: the next bytes; DELETE: give up; GET: what became of it."""
    if request.method == "PATCH":
        return _patch(case_id, upload_id)
    session = web.session()
    _, found = _load(session, case_id, upload_id)
    if request.method == "DELETE":
        _require_version()
        tus.end(session, web.blob_store(), found)
        return _answer(204, {})
    if request.method == "GET":
        told = {"state": found.state, "message": found.message, "duplicate": "没有重复收入" in found.message}
        return jsonify(told)
    offset = tus.offset(web.blob_store(), found)
    if found.state not in ("open", "done"):
        raise errors.AnhengError("这个上传任务已经结束。", "请重新选择文件上传。", status=410)
    return _answer(
        200,
        {"Upload-Offset": str(offset), "Upload-Length": str(found.length), "Upload-Expires": _expiry(found)},
    )


def _patch(case_id: str, upload_id: str) -> ResponseReturnValue:
    """Bytes first, without holding the database; rows only once the file is whole."""
    _require_version()
    if request.content_type != "application/offset+octet-stream":
        raise errors.AnhengError("续传内容的类型不对。", "请刷新页面后重新上传。", status=415)
    request.max_content_length = None
    user = current_user()
    with web.reading() as session:
        case, found = _load(session, case_id, upload_id)
        tus.require_editable(case)
    at = _number(request.headers.get("Upload-Offset"), "Upload-Offset")
    offset = tus.append(
        web.blob_store(), found, at, cast(BinaryIO, request.stream), request.headers.get("Upload-Checksum")
    )
    if offset == found.length:
        _take_in(case_id, upload_id, user)
    return _answer(204, {"Upload-Offset": str(offset), "Upload-Expires": _expiry(found)})


def _take_in(case_id: str, upload_id: str, user: User) -> None:
    session = web.session()
    case, found = _load(session, case_id, upload_id)
    if found.state == "open":
        tus.finish(session, web.blob_store(), found, case, user)
        enqueue_processing(session, case, user)


def _load(session: Session, case_id: str, upload_id: str) -> tuple[CaseFile, Upload]:
    case = load_case(session, case_id, current_user(), "own_case")
    found = session.get(Upload, upload_id)
    if found is None or found.case_id != case.id:
        raise errors.NotFound("没有找到这个上传任务。", "请重新选择文件上传。")
    return case, found


def _announced() -> tuple[str, int]:
    """The file's name and length from the headers of a creation."""
    length = _number(request.headers.get("Upload-Length"), "Upload-Length")
    for part in request.headers.get("Upload-Metadata", "").split(","):
        key, _, value = part.strip().partition(" ")
        if key in ("filename", "name"):
            try:
                return base64.b64decode(value, validate=True).decode("utf-8"), length
            except (binascii.Error, UnicodeDecodeError) as error:
                raise errors.AnhengError("文件名编码有误。", "请改用常见字符的文件名后上传。") from error
    raise errors.AnhengError("上传请求没有写明文件名。", "请在 Upload-Metadata 中给出 filename。")


def _number(text: str | None, header: str) -> int:
    if text is None or not (text.isascii() and text.isdigit()):
        raise errors.AnhengError(f"上传请求的 {header} 不是数字。", "请刷新页面后重新上传。")
    return int(text)


def _require_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise errors.AnhengError(
            "上传协议版本不符。", f"请使用 tus {VERSION} 的客户端，或在网页上传。", status=412
        )


def _limits() -> settings.Limits:
    return web.settings().limits


def _expiry(found: Upload) -> str:
    return http_date(found.expires_at)


def _answer(status: int, headers: dict[str, str]) -> Response:
    response = make_response("", status)
    response.headers.update({"Tus-Resumable": VERSION, "Tus-Version": VERSION, **headers})
    response.headers["Tus-Checksum-Algorithm"] = ",".join(tus.CHECKSUMS)
    response.headers["Cache-Control"] = "no-store"
    return response
