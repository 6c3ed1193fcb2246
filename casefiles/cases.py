"""Case files as such: opened, edited, signed off, handed in, returned; who may see one."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session, select

from accounts import User
from casefiles.factbook import Entry
from casefiles.history import note
from casefiles.models import STATUSES, CaseFile
from casefiles.uploads import require_editable
from foundation import audit, clock, errors

MOVES: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"submitted"}),
    "returned": frozenset({"submitted"}),
    "submitted": frozenset({"returned", "in_review"}),
    "in_review": frozenset({"reviewed", "returned"}),
    "reviewed": frozenset({"in_review"}),
}
EDITED = ("case_kind", "procedure", "number", "title", "party_name", "party_kind", "year", "closed_on")
CLOSING = ("closed_on", "licence_delivered_on", "licence_decided_on", "rechecked_on", "paid_on", "decided_on")
"""办结日: the approval to close; for matters closed without one, the day of the last step that ends them."""
_YEAR = re.compile(r"[〔\[［(（]((?:19|20)[0-9]{2})[〕\]］)）]")
FROM_FACTS = {
    "number": ("decision_number", "licence_number", "order_number", "filing_number"),
    "title": ("case_title",),
    "party_name": ("party_name",),
}


def create_case(
    session: Session, *, office_id: str, by: User, data: Mapping[str, Any], form_key: str | None = None
) -> CaseFile:
    """Open a case file. The same form sent twice (``form_key``) gives the first one's case file again."""
    if form_key:
        twin = session.exec(select(CaseFile).where(CaseFile.form_key == form_key)).first()
        if twin is not None:
            return twin
    values = {name: data[name] for name in EDITED if name in data}
    values.setdefault("year", clock.today().year)
    case = CaseFile(office_id=office_id, created_by=by.id, form_key=form_key, **values)
    case.procedure = (case.procedure or "ordinary") if case.case_kind == "penalty" else None
    session.add(case)
    session.flush()
    note(session, case, "case.create", "新建案卷", by)
    _audit(session, case, by, "create", f"新建案卷“{label_of(case)}”", {})
    return case


def edit_case(session: Session, *, case: CaseFile, data: Mapping[str, Any], seen: int, by: User) -> None:
    """Change what the case file says of itself; ``seen`` is the version the form was made from."""
    require_editable(case)
    if case.version != seen:
        raise errors.Conflict()
    changed = {name: data[name] for name in EDITED if name in data and getattr(case, name) != data[name]}
    for name, value in changed.items():
        setattr(case, name, value)
    if case.case_kind != "penalty":
        case.procedure = None
    session.add(case)
    if changed:
        note(session, case, "case.edit", "修改案卷登记信息", by)
        _audit(session, case, by, "edit", "修改案卷登记信息", {"fields": sorted(changed)})
    session.flush()


def fill_from_facts(case: CaseFile, entries: Mapping[str, Entry]) -> None:
    """Empty registration fields take what was read in the documents, so that nothing is typed twice; the year
    follows a number that was read."""
    unnumbered = not case.number
    for name, sources in FROM_FACTS.items():
        if getattr(case, name):
            continue
        found = (entries[source].now for source in sources if source in entries)
        text = next((str(entry.value) for entry in found if entry.state == "recorded" and entry.value), "")
        setattr(case, name, text[: {"number": 120, "title": 300, "party_name": 200}[name]])
    if unnumbered and (found_year := _YEAR.search(case.number)):
        case.year = int(found_year[1])
    if "party_kind" in entries and entries["party_kind"].now.value:
        case.party_kind = str(entries["party_kind"].now.value)
    days = (entries[name].now.value for name in CLOSING if name in entries)
    closed = next((str(day) for day in days if day), None)
    if case.closed_on is None and closed:
        case.closed_on = date.fromisoformat(closed)


def label_of(case: CaseFile) -> str:
    """How people name a case file: its number, else its title, else that it has neither yet."""
    return case.number or case.title or "未命名案卷"


def sign_off(session: Session, *, case: CaseFile, by: User, signed: bool) -> None:
    """目录已核: from now on a document that is not in the file is absent, not merely unseen."""
    require_editable(case)
    case.signed_off_on = clock.today() if signed else None
    session.add(case)
    text = "确认目录已核" if signed else "撤回目录已核"
    note(session, case, "case.sign_off", text, by)
    _audit(session, case, by, "sign_off", text, {})
    session.flush()


def set_status(session: Session, *, case: CaseFile, status: str, by: User | None, reason: str = "") -> None:
    """Move a case file on; a return needs its reason, any other order of steps is refused."""
    if status not in MOVES.get(case.status, frozenset()):
        raise errors.Refused(
            f"案卷“{label_of(case)}”现在是“{STATUSES[case.status]}”，不能改为“{STATUSES.get(status, status)}”。",
            "请刷新页面，按当前状态办理。",
        )
    if status == "returned" and not reason.strip():
        raise errors.AnhengError("退回补正没有写明原因。", "请写明需要补正的内容后再退回。")
    case.status, case.status_reason, case.status_at = status, reason.strip()[:1000], clock.now()
    if status == "returned":
        case.signed_off_on = None
    session.add(case)
    text = f"案卷状态改为“{STATUSES[status]}”" + (f"：{reason.strip()}" if reason.strip() else "")
    note(session, case, f"status.{status}", text, by)
    _audit(session, case, by, f"status.{status}", text, {"status": status})
    session.flush()


def submit_case(session: Session, *, case: CaseFile, by: User, busy: bool) -> None:
    """Hand the file in: it needs papers, a finished reading, a signed-off inventory and a self-check."""
    if busy:
        raise errors.Refused("案卷还在识别处理中，暂不能提交。", "请等处理完成、看过自查结果后再提交。")
    if not case.files:
        raise errors.Refused("案卷里还没有文件，不能提交。", "请先上传案卷材料。")
    if case.signed_off_on is None:
        raise errors.Refused("目录还没有核对确认，不能提交。", "请核对文书目录，勾选“目录已核”后再提交。")
    if case.current_check_id is None:
        raise errors.Refused("案卷还没有自查，不能提交。", "请先运行自查，看过结果后再提交。")
    set_status(session, case=case, status="submitted", by=by)


Reader = Callable[[Session, Any, CaseFile], bool]
_readers: list[Reader] = []


def allow_reader(find: Reader) -> Reader:
    """Another room lets people read a case file beyond their office (an assigned reviewer)."""
    if find not in _readers:
        _readers.append(find)
    return find


def lent_to(session: Session, user: Any, case: CaseFile) -> bool:
    """Whether some room has opened this case file to this person."""
    return any(find(session, user, case) for find in _readers)


def _audit(
    session: Session, case: CaseFile, by: User | None, act: str, text: str, data: dict[str, Any]
) -> None:
    audit.record(
        session,
        actor=by,
        action=f"case.{act}",
        target=f"case:{case.id}",
        office_id=case.office_id,
        text=text,
        data=data,
    )
