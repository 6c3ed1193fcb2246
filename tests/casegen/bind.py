"""Bind papers into a case file: cover, inventory with page numbers, files in the form an office hands in, key."""

import io
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.casegen.out import to_docx, to_pdf, to_scan
from tests.casegen.paper import Break, Grid, Paper, Para, head

Member = tuple[str, bytes]


@dataclass
class Bound:
    """A case file ready to be written: members, and where each document stands (file, first, last, kind)."""

    members: list[Member] = field(default_factory=list)
    documents: list[tuple[str, int, int, str]] = field(default_factory=list)


def complete(
    papers: Sequence[Paper],
    *,
    office: str,
    number: str,
    title: str,
    party: str,
    result: str,
    years: str = "30年",
    what: str = "行政处罚案卷",
) -> list[Paper]:
    """Papers with cover and inventory in front; inventory pages run from the first paper behind it."""
    papers = [_paged(paper) for paper in papers]
    rows = [["序号", "文号", "文件名称", "日期", "页号", "备注"]]
    page = 1
    for index, paper in enumerate(papers, 1):
        last = page + paper.pages - 1
        rows.append(
            [
                str(index),
                paper.number,
                paper.title,
                paper.date,
                str(page) if last == page else f"{page}-{last}",
                "",
            ]
        )
        page = last + 1
    cover = [
        *head(office, what),
        Grid([["案号", number], ["案由", title], ["当事人", party], ["处理结果", result], ["保管期限", years],
              ["本卷件数", f"{len(papers)}件"], ["本卷页数", f"{page - 1}页"]], (1, 3)),
    ]  # fmt: skip
    inventory = [*head("", "卷 内 目 录"), Grid(rows, (1, 4, 5, 2.2, 1.5, 1), True)]
    return [Paper("cover", "卷宗封面", cover), Paper("inventory", "卷内目录", inventory), *papers]


def _paged(paper: Paper) -> Paper:
    """Count pages; a paper of two pages gets a page break before its middle heading, so that every form agrees."""
    _, ranges = to_pdf([paper])
    if ranges[0][1] > 1 and not any(isinstance(block, Break) for block in paper.blocks):
        bold = [i for i, b in enumerate(paper.blocks) if isinstance(b, Para) and b.bold and i > 4]
        middle = bold[len(bold) // 2] if bold else len(paper.blocks) // 2
        paper.blocks.insert(middle, Break())
        _, ranges = to_pdf([paper])
    paper.pages = ranges[0][1]
    return paper


def as_docx(papers: Sequence[Paper], *, pdf_kinds: frozenset[str] = frozenset()) -> Bound:
    """One file a paper, DOCX or (for ``pdf_kinds``) text PDF, numbered."""
    bound = Bound()
    for index, paper in enumerate(papers, 1):
        pdf = paper.kind in pdf_kinds
        name = f"{index:02d} {paper.title}.{'pdf' if pdf else 'docx'}"
        bound.members.append((name, to_pdf([paper])[0] if pdf else to_docx(paper)))
        bound.documents.append((name, 1, max(1, paper.pages), paper.kind))
    return bound


def as_one(papers: Sequence[Paper], name: str, *, scan: int = 0, tilt: float = 0.6, dpi: int = 150) -> Bound:
    """All papers bound in one PDF: text, or a scan when ``scan`` (the noise seed) is set."""
    data, ranges = to_pdf(list(papers))
    documents = [(name, first, last, paper.kind) for paper, (first, last) in zip(papers, ranges, strict=True)]
    return Bound([(name, to_scan(data, seed=scan, tilt=tilt, dpi=dpi) if scan else data)], documents)


def recording(at: str, seconds: int) -> bytes:
    """A tiny mp4 that runs ``seconds`` and says in its metadata (UTC) when it began; needs ffmpeg."""
    start = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "r.mp4"
        subprocess.run(
            [shutil.which("ffmpeg") or "ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i",
             f"color=c=gray:s=160x96:r=1/10:d={seconds}", "-metadata", f"creation_time={start:%Y-%m-%dT%H:%M:%SZ}",
             "-map_metadata", "-1", "-metadata", f"creation_time={start:%Y-%m-%dT%H:%M:%SZ}", "-fflags", "+bitexact",
             "-flags:v", "+bitexact", "-c:v", "libx264", "-preset", "veryslow", "-crf", "40", str(out)],
            check=True,
        )  # fmt: skip
        return out.read_bytes()


def add_recordings(bound: Bound, files: Sequence[tuple[str, str, int]], folder: str = "音像记录") -> None:
    for name, at, seconds in files:
        bound.members.append((f"{folder}/{name}", recording(at, seconds)))
        bound.documents.append((f"{folder}/{name}", 0, 0, "recording"))


def to_zip(members: Sequence[Member], *, gbk: bool = False) -> bytes:
    """A zip; ``gbk``: names in GBK without the UTF-8 flag, as Windows writes them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, (2026, 1, 5, 9, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            if gbk:
                info = _GbkInfo(name, (2026, 1, 5, 9, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


class _GbkInfo(zipfile.ZipInfo):
    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800
