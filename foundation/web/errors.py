"""One place where errors become pages: what happened, where, and the remedy, in Chinese."""

import errno
import logging

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from foundation.errors import AnhengError, Busy, Conflict, Forbidden, NotFound, TooLarge
from foundation.ids import new_id
from foundation.web.responses import wants_json

log = logging.getLogger("anheng.web")

TEXTS = {
    400: ("请求内容不完整或格式不对。", "请返回上一页检查后重新提交。"),
    401: ("您还没有登录，或登录已过期。", "请重新登录。"),
    405: ("此网址不支持这种操作。", "请从页面上的按钮或链接进入。"),
    410: ("此内容已不再提供。", "请从工作台重新进入。"),
    415: ("不支持这种内容格式。", "请按页面说明的格式提交。"),
    416: ("请求的文件区间不存在。", "请重新打开文件。"),
    429: ("操作过于频繁。", "请稍候再试。"),
}


def init_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(AnhengError, _expected)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StaleDataError, lambda _error: error_response(Conflict()))
    app.register_error_handler(PoolTimeout, _database)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(OSError, _system)
    if not app.testing:
        app.register_error_handler(Exception, _unexpected)


def error_response(error: AnhengError) -> Response:
    """The page (or JSON, for a fetch call) of an expected error."""
    if wants_json():
        body = jsonify(error={"what": error.what, "remedy": error.remedy, "status": error.status})
        response = make_response(body)
    else:
        response = make_response(render_template("error.html", error=error))
    response.status_code = error.status
    if error.status == 503:
        response.headers["Retry-After"] = "5"
    return response


def _expected(error: AnhengError) -> Response:
    return error_response(error)


def _forged(error: CSRFError) -> Response:
    log.info("CSRF refused: %s %s (%s)", request.method, request.path, error.description)
    return error_response(
        AnhengError(
            "页面的安全校验未通过或已过期，本次提交没有执行。",
            "请刷新页面后重新提交；填写的内容可先复制备份。",
        )
    )


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if code in (301, 302, 303, 307, 308) or error.response is not None:
        return make_response(error.get_response())
    if code == 404:
        return error_response(NotFound())
    if code == 403:
        return error_response(Forbidden())
    if code == 413:
        return error_response(TooLarge("提交的内容超过单次请求的上限。", "大文件请用上传页面分块上传。"))
    what, remedy = TEXTS.get(code, ("服务器未能完成这次请求。", "请稍后重试，或联系系统管理员。"))
    response = error_response(AnhengError(what, remedy, code))
    if code == 405:
        response.headers["Allow"] = error.get_response().headers.get("Allow", "")
    return response


def _database(error: Exception) -> Response:
    if "readonly" in str(error) or "read-only" in str(error):
        raise error  # a view wrote in a reading request: a fault of the program
    log.error("database unavailable: %s", error)
    return error_response(_no_space() if "full" in str(error) else Busy())


def _system(error: OSError) -> Response:
    if error.errno != errno.ENOSPC:
        raise error
    log.error("no space left: %s", error)
    return error_response(_no_space())


def _no_space() -> AnhengError:
    return AnhengError(
        "服务器存储空间已满，本次操作没有执行。", "请联系系统管理员清理或扩容后重试；已有内容不受影响。", 507
    )


def _unexpected(error: Exception) -> Response:
    number = new_id()
    log.exception("error %s at %s %s", number, request.method, request.path, exc_info=error)
    if current_app.debug:
        raise error
    return error_response(
        AnhengError(
            f"系统内部出错，本次操作没有执行。错误编号：{number}。",
            "请稍后重试；若仍出现，请把错误编号告知系统管理员。",
            500,
        )
    )
