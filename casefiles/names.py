"""Names out of archives: Chinese names restored, and paths that mean harm told apart from plain ones."""

import re
import unicodedata
from dataclasses import dataclass

from .zipdir import Entry

MAX_NAME_BYTES = 255
MAX_PATH = 1_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BIDI = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BOX_DRAWING = re.compile(r"[\u2500-\u259f\u0370-\u03ff\u00a0-\u00ff]")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$")
JUNK = re.compile(
    r"(?i)(^|/)(thumbs\.db|desktop\.ini|\.ds_store|\._[^/]*|~\$[^/]*|[^/]*\.tmp|\.~lock\.[^/]*#?|icon\r)$"
    r"|(^|/)(__macosx|\.git|\$recycle\.bin|system volume information)/"
)
"""Files that systems and editors leave behind."""


@dataclass(frozen=True, slots=True)
class Name:
    """A restored name. ``doubtful`` asks a person to look; ``encoding`` says how it was read."""

    text: str
    encoding: str
    doubtful: bool = False


def restore(entry: Entry) -> Name:
    """The name an office meant.

    Order: the Unicode field; UTF-8 where the bytes are UTF-8 (whatever the flag says); GB18030, which Windows in
    China writes without a flag; what is left is read as cp437 and marked doubtful.
    """
    if entry.unicode_name:
        return Name(entry.unicode_name, "unicode-path")
    return from_bytes(entry.raw, flagged=entry.utf8)


def from_bytes(raw: bytes, *, flagged: bool = False) -> Name:
    """A name from its bytes; ``flagged`` if the maker says they are UTF-8."""
    if raw.isascii():
        return Name(raw.decode("ascii"), "ascii")
    utf8, gbk = _decode(raw, "utf-8"), _decode(raw, "gb18030")
    if utf8 is not None and (flagged or gbk is None or _likely(utf8) >= _likely(gbk)):
        twice = _unmangle(utf8)
        return Name(twice, "utf-8/cp437/gb18030") if twice else Name(utf8, "utf-8", _odd(utf8))
    if gbk is not None:
        return Name(gbk, "gb18030", _odd(gbk) or _likely(gbk) < 0.5)
    return Name(raw.decode("gb18030", "replace").replace("\ufffd", "□"), "gb18030?", True)


def decode_bytes(raw: bytes) -> str:
    """A name of the file system, which may have been written in GBK."""
    return from_bytes(raw).text


def _decode(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _unmangle(text: str) -> str | None:
    """A GBK name that some packer took for cp437 and then wrote as UTF-8."""
    if not _BOX_DRAWING.search(text) or any("\u4e00" <= char <= "\u9fff" for char in text):
        return None
    try:
        again = text.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None
    return again if _likely(again) > 0.7 else None


def _likely(text: str) -> float:
    """Share of the characters beyond ASCII that Chinese file names use."""
    wide = [char for char in text if not char.isascii()]
    if not wide:
        return 1.0
    good = sum(1 for char in wide if _usual(char))
    return good / len(wide)


def _usual(char: str) -> bool:
    if "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or char >= "\U00020000":
        return True
    return (
        char in "（）〔〕【】《》〈〉“”‘’、，。；：！？…—－·○〇　￥％＋＝①②③④⑤⑥⑦⑧⑨⑩㎡ⅠⅡⅢⅣⅤ"
        or "\uff00" <= char <= "\uff5e"
    )


def _odd(text: str) -> bool:
    return any(unicodedata.category(char) in ("Co", "Cn", "Cs") for char in text) or "\ufffd" in text


def judge(name: str) -> str | None:
    """Why a path is refused, in Chinese; None for a plain relative path."""
    if not name.strip("/\\. "):
        return "名称为空"
    if "\x00" in name:
        return "名称含空字符"
    slashed = name.replace("\\", "/")
    if slashed.startswith("/") or re.match(r"[A-Za-z]:", slashed):
        return "名称是绝对路径"
    parts = [part for part in slashed.split("/") if part]
    if any(part == ".." for part in parts):
        return "名称企图跳出案卷目录（..）"
    if _CONTROL.search(name):
        return "名称含控制字符"
    if _BIDI.search(name):
        return "名称含文字方向控制符，可能伪装扩展名"
    if len(name) > MAX_PATH or any(len(part.encode("utf-8", "replace")) > MAX_NAME_BYTES for part in parts):
        return f"名称过长（单级超过 {MAX_NAME_BYTES} 字节）"
    if any(_RESERVED.match(part) for part in parts):
        return "名称是系统保留的设备名"
    return None


def tidy(name: str) -> str:
    """A path in one form: forward slashes, no empty or dot parts, composed characters."""
    parts = [part.strip() for part in name.replace("\\", "/").split("/")]
    return unicodedata.normalize("NFC", "/".join(part for part in parts if part and part != "."))


def fold(name: str) -> str:
    """The form in which two names collide on Windows."""
    return unicodedata.normalize("NFKC", name).casefold().rstrip(". ")
