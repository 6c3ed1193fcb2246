"""What a case file's first page and its 三项制度 tabs say: gaps by system, catalogue, the next step."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from accounts import Office, User
from casefiles.factbook import Entry, book
from casefiles.history import events_of
from casefiles.layout import documents_of
from casefiles.masking import mask_person
from casefiles.models import CaseEvent, CaseFile, CheckRun, Document, StoredFile
from casefiles.selfcheck import interval, latest_check
from casefiles.store import files_of
from casefiles.tasks import jobs_of
from scoring_rules import SYSTEMS

ORDER = {"breached": 0, "undetermined": 1, "met": 2, "not_applicable": 3}
VERDICTS = {"breached": "不符合", "undetermined": "待核实", "met": "符合", "not_applicable": "不适用"}
TONES = {"breached": "danger", "undetermined": "warning", "met": "success", "not_applicable": "secondary"}
THREE = ("disclosure", "recording", "legal_review")
SHOWN_WITH = {
    "disclosure": ("publicity_record", "publicity_withdrawal"),
    "recording": ("recording", "recording_list", "inspection_record", "interview_record", "service_receipt"),
    "legal_review": ("legal_review", "panel_discussion"),
}
FACTS_OF = {
    "disclosure": ("published_on", "withdrawn_on"),
    "recording": ("recordings", "recordings_listed_but_absent"),
    "legal_review": (
        "legal_reviewed_on",
        "legal_reviewer",
        "legal_review_result",
        "reviewer_is_investigator",
    ),
}


WAITING = {
    "submitted": "案卷已提交，等待抽取评查。",
    "in_review": "案卷正在评查；评查组反馈问题后，可在“反馈与申辩”中逐项申辩。",
    "reviewed": "评查已经结束；得分和问题见“反馈与申辩”，通报和整改事项见“通报”。",
}
"""What an office is told of a case file that it can no longer change."""


@dataclass(frozen=True, slots=True)
class Light:
    """The state of one system: how many findings of each verdict, and one colour."""

    system: str
    label: str
    counts: Mapping[str, int]

    @property
    def tone(self) -> str:
        """The worst verdict's colour; grey where nothing applies."""
        worst = next((name for name in ORDER if self.counts.get(name)), "not_applicable")
        return TONES[worst]

    @property
    def words(self) -> str:
        """What the colour says, for those who do not see it."""
        if bad := self.counts.get("breached"):
            return f"{bad} 项不符合"
        if unsure := self.counts.get("undetermined"):
            return f"{unsure} 项待核实"
        return "符合" if self.counts.get("met") else "不适用"


@dataclass(slots=True)
class Overview:
    """Everything on the first page."""

    office: str
    party: str
    score: str
    check: CheckRun | None
    lights: list[Light]
    documents: list[tuple[Document, int]]
    files: list[StoredFile]
    trouble: list[StoredFile]
    events: list[tuple[CaseEvent, str]]
    counts: Mapping[str, int] = field(default_factory=dict)
    step: tuple[str, str, str] = ("", "", "")
    doubtful: int = 0
    own: bool = True


def overview(session: Session, case: CaseFile, user: User) -> Overview:
    """Gather the first page of a case file for one reader (names masked for other offices)."""
    office = session.get_one(Office, case.office_id)
    check = latest_check(session, case)
    findings = findings_of(check)
    files = files_of(session, case.id)
    entries = book(session, case.id)
    doubtful = sum(is_doubtful(entry) for entry in entries.values())
    own = user.office_id == case.office_id
    return Overview(
        office=office.name,
        party=case.party_name if own else mask_person(case.party_name, case.party_kind),
        score=interval(case.low, case.high),
        check=check,
        lights=[light(system, findings) for system in SYSTEMS],
        documents=_catalogue(documents_of(session, case.id), files),
        files=[stored for stored in files if stored.state in ("read", "kept", "received", "refused")],
        trouble=[
            stored for stored in files if stored.state == "refused" or (stored.message and stored.remedy)
        ],
        events=events_of(session, case.id, limit=8),
        counts=Counter(finding["verdict"] for finding in findings if finding.get("stage") != "result"),
        step=next_step(session, case, files, doubtful, own=own),
        own=own,
        doubtful=doubtful,
    )


def _catalogue(documents: Sequence[Document], files: Sequence[StoredFile]) -> list[tuple[Document, int]]:
    """Documents with their number of pages; a Word file's by its own page breaks."""
    pages = {stored.id: stored.page_count for stored in files}
    return [(paper, paper.page_total if paper.pages else pages.get(paper.file_id, 0)) for paper in documents]


def is_doubtful(entry: Entry) -> bool:
    """A fact that a person should look at: documents differ, or the reading is unsure."""
    unsure = entry.now.confidence is not None and entry.now.confidence < 0.9
    return not entry.checked and entry.now.state == "recorded" and (entry.conflict or unsure)


def next_step(
    session: Session, case: CaseFile, files: Sequence[StoredFile], doubtful: int, *, own: bool = True
) -> tuple[str, str, str]:
    """What the clerk does next: (sentence, endpoint, button); other offices only look."""
    if not own:
        return ("其他单位的案卷，只能查看。", "check", "查看自查报告")
    if not case.editable:
        return (WAITING[case.status], "check", "查看自查报告")
    if not files:
        return ("案卷里还没有材料。把扫描件、Word 文档或压缩包拖进来即可。", "files", "上传材料")
    if any(job.state in ("queued", "running") for job in jobs_of(session, case)):
        return ("材料正在识别，完成后会列出文书和事实。", "files", "查看进度")
    if doubtful:
        return (f"有 {doubtful} 项事实需要核对（各文书不一致，或识别把握不大）。", "desk", "去核对")
    if case.signed_off_on is None:
        return ("请核对文书目录，确认“目录已核”后看自查结果。", "check", "去自查")
    return ("目录已核，可以查看自查结果并提交。", "check", "自查与提交")


def findings_of(check: CheckRun | None) -> list[dict[str, Any]]:
    """The findings of a run, the worst first; none before the first run."""
    if check is None:
        return []
    found: list[dict[str, Any]] = list(check.result.get("findings", []))
    return sorted(found, key=_weight)


def _weight(item: Mapping[str, Any]) -> tuple[int, bool, int, str]:
    """Breaches before open questions, vetoes first, then by what they cost."""
    severity = int(item.get("severity") or 0)
    return (ORDER.get(item["verdict"], 9), not item.get("veto"), -severity, str(item["rule"]))


def light(system: str, findings: Sequence[Mapping[str, Any]]) -> Light:
    """The light of one system."""
    mine = Counter(
        str(item["verdict"])
        for item in findings
        if item.get("system") == system and item.get("stage") != "result"
    )
    return Light(system, SYSTEMS[system], mine)
