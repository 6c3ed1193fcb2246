"""Taking a case file in: a zip, a folder or a single document becomes members with stated outcomes.

Originals are not changed. What is unpacked goes to the given work folder under generated names and nowhere else.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from .archives import RECORDINGS, ArchiveLimits, Member, is_zip, unpack
from .names import JUNK, decode_bytes, judge, tidy
from .reading import Progress, ReadFile, Unreadable, digest, failed, read_files
from .reading.media import sniff, suffix
from .zipdir import BadZip


class IntakeError(Exception):
    """A path that as a whole is no case file: ``what`` and ``remedy`` in Chinese."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Intake:
    """A case file after intake. ``sha256`` is that of the file, or of the sorted names and digests of a folder."""

    source: str
    sha256: str
    members: tuple[Member, ...]

    @property
    def stored(self) -> tuple[Member, ...]:
        """The members that can be read."""
        return tuple(member for member in self.members if member.outcome == "stored")


def open_case(path: Path, workdir: Path, limits: ArchiveLimits | None = None) -> Intake:
    """Take in a zip, a folder or one document. Raises ``IntakeError`` when there is nothing to check."""
    limits = limits or ArchiveLimits()
    if path.is_symlink() or not path.exists():
        raise IntakeError(f"找不到“{path.name}”", "请核对路径；不接受快捷方式或符号链接")
    if path.is_dir():
        return _open_folder(path, workdir, limits)
    if not path.is_file():
        raise IntakeError(f"“{path.name}”不是普通文件或文件夹", "请上传 zip、文件夹或单个文书")
    if not path.stat().st_size:
        raise IntakeError(f"“{path.name}”为空（0 字节）", "请检查原文件是否完整，重新复制后上传")
    if is_zip(path) and _is_plain_zip(path):
        try:
            members = unpack(path, _room(workdir), limits)
        except BadZip as error:
            raise IntakeError(error.what, error.remedy) from error
        if not any(member.outcome == "stored" for member in members):
            reasons = (
                "；".join(sorted({member.what for member in members if member.what})) or "压缩包内没有文件"
            )
            raise IntakeError(f"压缩包内没有可用的文件：{reasons}", "请核对后重新打包上传")
        return Intake(path.name, digest(path), tuple(members))
    return _open_single(path, limits)


def _is_plain_zip(path: Path) -> bool:
    return suffix(path.name) not in ("docx", "xlsx", "ofd", "docm", "xlsm", "jar", "apk", "pptx")


def _room(workdir: Path) -> Path:
    room = workdir / "members"
    room.mkdir(parents=True, exist_ok=True)
    return room


def _open_single(path: Path, limits: ArchiveLimits) -> Intake:
    size = path.stat().st_size
    limit = limits.recording_size if path.name.lower().endswith(RECORDINGS) else limits.file_size
    if size > limit:
        what = f"文件 {size / 1024**2:.0f} MB，超过上限 {limit / 1024**2:.0f} MB"
        raise IntakeError(what, "请压缩或拆分后上传")
    if suffix(path.name) in ("rar", "7z", "gz", "tar", "bz2", "xz", "cab", "iso"):
        raise IntakeError(f"不支持的压缩格式 .{suffix(path.name)}", "请解压后上传文件夹，或改用 zip 打包")
    if suffix(path.name) == "zip":
        raise IntakeError("文件名是 .zip，内容却不是有效的压缩包", "请重新打包或重新复制后上传")
    try:
        media = sniff(path, path.name)
    except Unreadable as error:
        raise IntakeError(error.what, error.remedy) from error
    if media in ("other", "archive"):
        raise IntakeError(
            "不支持的文件格式，不能作为案卷检查", "请上传 zip、文件夹，或 PDF、DOCX、图片等单个文书"
        )
    member = Member(tidy(path.name), "stored", path, size)
    return Intake(path.name, digest(path), (member,))


def _open_folder(folder: Path, workdir: Path, limits: ArchiveLimits) -> Intake:
    members: list[Member] = []
    hasher = hashlib.sha256()
    total = 0
    for path, name in _walk(folder, folder):
        member = _folder_member(path, name, limits)
        if member.outcome == "stored" and not name.lower().endswith(RECORDINGS):
            total += member.size
        if total > limits.case_size:
            raise IntakeError(
                f"案卷材料（不含录音录像）超过 {limits.case_size / 1024**3:.0f} GB", "请拆分案卷后上传"
            )
        if len(members) >= limits.files:
            raise IntakeError(f"案卷内文件超过 {limits.files} 个的上限", "请按案件拆分后分别上传")
        if member.outcome == "stored":
            hasher.update(f"{name}\n{digest(path)}\n".encode("utf-8", "replace"))
        members += _inner(member, workdir, limits)
    if not any(member.outcome == "stored" for member in members):
        raise IntakeError(f"文件夹“{folder.name}”内没有可用的文件", "请核对后重新上传")
    return Intake(folder.name, hasher.hexdigest(), tuple(members))


def _walk(folder: Path, top: Path) -> Iterator[tuple[Path, str]]:
    """Files and symbolic links below a folder, by name; links are not followed."""
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path, top)
        else:
            parts = [decode_bytes(os.fsencode(part)) for part in path.relative_to(top).parts]
            yield path, "/".join(parts)


def _folder_member(path: Path, name: str, limits: ArchiveLimits) -> Member:
    if JUNK.search("/" + name):
        return Member(name, "ignored", what="系统或临时文件，已忽略")
    kind = path.lstat().st_mode
    if not stat.S_ISREG(kind):
        what = "是符号链接，未读取" if stat.S_ISLNK(kind) else "是设备或特殊文件，未读取"
        return Member(name, "refused", what=what, remedy="请换成原文件后重新上传")
    size = path.stat().st_size
    limit = limits.recording_size if name.lower().endswith(RECORDINGS) else limits.file_size
    if size > limit:
        what = f"文件 {size / 1024**2:.0f} MB，超过上限 {limit / 1024**2:.0f} MB，未读取"
        return Member(name, "refused", None, size, what, "请压缩或拆分后上传")
    if reason := judge(name):
        return Member(name, "refused", None, size, f"{reason}，未读取", "请改名后重新上传")
    return Member(tidy(name), "stored", path, size)


def _inner(member: Member, workdir: Path, limits: ArchiveLimits) -> list[Member]:
    """The member itself, or what a zip in the folder holds."""
    if member.outcome != "stored" or member.path is None or not member.name.lower().endswith(".zip"):
        return [member]
    room = workdir / "members" / hashlib.sha256(member.name.encode()).hexdigest()[:16]
    room.mkdir(parents=True, exist_ok=True)
    try:
        inner = unpack(member.path, room, replace(limits, levels=limits.levels - 1))
    except BadZip as error:
        return [Member(member.name, "refused", None, member.size, error.what, error.remedy)]
    return [replace(item, name=f"{member.name}/{item.name}") for item in inner]


def read_case(
    intake: Intake, *, ocr: bool = True, workers: int | None = None, progress: Progress | None = None
) -> list[ReadFile]:
    """Every member as a ``ReadFile``: stored ones read, refused and junk ones with their outcome."""
    read = iter(
        read_files(
            [(m.path, m.name) for m in intake.stored if m.path], ocr=ocr, workers=workers, progress=progress
        )
    )
    return [next(read) if member.outcome == "stored" else _unread(member) for member in intake.members]


def _unread(member: Member) -> ReadFile:
    file = failed(member.name, "", member.size, member.what, member.remedy, member.outcome)
    return file if member.outcome != "ignored" else replace(file, problems=())
