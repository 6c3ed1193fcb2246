"""The errors people see: what happened and where, then the remedy, in Chinese.

A service raises one of these; the web side renders it (page or JSON), the command line prints it.
"""


class AnhengError(Exception):
    """An expected failure with a sentence for the user.

    ``what`` says what happened and where, ``remedy`` what to do about it; ``status`` is the HTTP code.
    """

    status = 400

    def __init__(self, what: str, remedy: str = "", status: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        if status is not None:
            self.status = status

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()


class NotFound(AnhengError):
    """The object is absent, or belongs to an office the user may not see: one answer for both."""

    status = 404

    def __init__(
        self,
        what: str = "没有找到您要访问的内容。",
        remedy: str = "请检查网址，或从工作台重新进入。",
    ) -> None:
        super().__init__(what, remedy)


class Forbidden(AnhengError):
    """The user's roles do not include this action."""

    status = 403

    def __init__(
        self,
        what: str = "您的角色没有此项操作的权限。",
        remedy: str = "如工作需要，请联系本单位的安全管理员调整角色。",
    ) -> None:
        super().__init__(what, remedy)


class Conflict(AnhengError):
    """Someone else changed the row since it was shown; nothing was overwritten."""

    status = 409

    def __init__(
        self,
        what: str = "在您编辑期间，这条记录已被他人修改，您的改动尚未保存。",
        remedy: str = "请返回并刷新页面，对照最新内容后重新提交。",
    ) -> None:
        super().__init__(what, remedy)


class TooLarge(AnhengError):
    """A declared limit would be exceeded; refused before work starts."""

    status = 413


class Refused(AnhengError):
    """The input is understood but the law or the procedure does not allow the step now."""

    status = 422


class Busy(AnhengError):
    """The database or a needed service did not answer in time; the request may be repeated."""

    status = 503

    def __init__(
        self,
        what: str = "系统正忙，本次操作没有执行。",
        remedy: str = "请稍候片刻再试；如持续出现，请联系系统管理员。",
    ) -> None:
        super().__init__(what, remedy)
