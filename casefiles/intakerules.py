"""What may be uploaded at all: types by name, sizes by type, room left in the case file.

Everything here is decided before a byte is sent (design §6); what is inside a file is the reading's business.
"""

from pathlib import PurePosixPath

from foundation import errors, settings

MIB = 1024 * 1024
RECORDINGS = frozenset({"mp4", "mov", "avi", "mkv", "wav", "mp3", "m4a", "wmv"})
ARCHIVES = frozenset({"zip"})
PAPERS = frozenset(
    {"pdf", "docx", "doc", "wps", "xlsx", "xls", "ofd", "txt", "csv"}
    | {"jpg", "jpeg", "png", "tif", "tiff", "bmp", "webp", "heic", "heif"}
)
ACCEPTED = PAPERS | ARCHIVES | RECORDINGS
JUNK_NAMES = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
NAME_BYTES = 1000


def extension(name: str) -> str:
    """The extension in lower case without its dot."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower().lstrip(".")


def clean_name(name: str) -> str:
    """The name as kept: forward slashes, no drive, no dot parts, no control characters, at most 1,000 bytes."""
    text = "".join(char for char in name if char.isprintable()).replace("\\", "/")
    parts = [part.strip() for part in text.split("/") if part.strip() not in ("", ".", "..")]
    if parts and len(parts[0]) == 2 and parts[0].endswith(":"):
        parts = parts[1:]
    short = "/".join(parts)
    while len(short.encode()) > NAME_BYTES:
        short = short[1:]
    return short


def is_junk(name: str) -> bool:
    """Files that an operating system or Word leaves behind and nobody means to upload."""
    base = name.rsplit("/", 1)[-1].lower()
    return base in JUNK_NAMES or base.startswith(("~$", "._")) or "__macosx/" in name.lower()


def limit_for(name: str, limits: settings.Limits) -> int:
    """The size limit in bytes for a file of this name."""
    return limits.recording_bytes if extension(name) in RECORDINGS else limits.file_bytes


def refuse_early(
    name: str, size: int, limits: settings.Limits, *, used_bytes: int = 0, used_files: int = 0
) -> None:
    """Refuse a file by name and size, before any of it is sent; silent when it may come."""
    if not name:
        raise errors.AnhengError("上传的文件没有文件名。", "请重新选择文件后上传。")
    if extension(name) not in ACCEPTED:
        raise errors.AnhengError(
            f"“{name}”的类型不在可收范围内，没有上传。",
            "可收：PDF、DOCX、DOC、XLSX、图片、OFD、ZIP 和音像文件；其他格式请另存为 PDF 后上传。",
            status=415,
        )
    if size <= 0:
        raise errors.AnhengError(
            f"“{name}”是空文件（0 字节），没有上传。", "请检查原文件能否打开，重新导出后再上传。"
        )
    limit = limit_for(name, limits)
    if size > limit:
        raise errors.TooLarge(
            f"“{name}”大小为 {size / MIB:.0f} MiB，超过单个文件 {limit // MIB} MiB 的上限，没有上传。",
            "请拆分文件，或降低扫描分辨率（150–200 dpi）后重新上传。",
        )
    if extension(name) not in RECORDINGS:
        _require_room(name, size, limits, used_bytes, used_files)


def _require_room(name: str, size: int, limits: settings.Limits, used_bytes: int, used_files: int) -> None:
    if used_files + 1 > limits.case_files:
        raise errors.TooLarge(
            f"本案卷已有 {used_files} 个文件，达到 {limits.case_files} 个的上限。",
            "请先移除无关文件，或合并后上传。",
        )
    if used_bytes + size > limits.case_bytes:
        raise errors.TooLarge(
            f"本案卷文件合计将超过 {limits.case_bytes // MIB} MiB 的上限，“{name}”没有上传。",
            "请先移除无关文件；音像记录不计入此上限。",
        )
