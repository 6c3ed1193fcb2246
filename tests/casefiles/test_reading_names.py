"""Names out of zips: what an office wrote is what it gets back."""

import itertools
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefiles import names
from casefiles.archives import unpack
from tests.casefiles.hostile_archives import Part, make_zip

TITLES = [
    "行政处罚决定书", "卷内目录", "现场检查（勘验）笔录", "询问笔录（一）", "送达回证（行政处罚事先（听证）告知书）",
    "立案审批表", "法制审核意见书", "集体讨论记录", "罚款缴款书", "备考表", "当事人主体资格证明", "责令限期改正通知书",
    "案件调查终结报告", "公示记录", "音像记录目录", "结案审批表", "听证笔录", "陈述申辩书", "鉴定意见", "照片㎡",
]  # fmt: skip
PEOPLE = ["喆", "堃", "镕", "旸", "赟", "𬭎", "㛃", "朱镕基", "玄哲洙", "〇", "䶮", "龘"]
NUMBERS = [
    "01 ",
    "〔2023〕7号 ",
    "[2024]第007号",
    "2024.3.18",
    "（副本）",
    "①",
    "—",
    "·",
    "　",
    "A座-",
    "№3 ",
]
FOLDERS = ["", "正卷/", "音像记录/2024年/", "通化市人民防空办公室案卷\\"]
REAL = [
    f"{folder}{number}{title}{person}.{kind}"
    for (folder, number, title), person, kind in zip(
        itertools.islice(itertools.product(FOLDERS, NUMBERS, TITLES), 0, None, 3),
        itertools.cycle(["", *PEOPLE]),
        itertools.cycle(["docx", "pdf", "JPG", "mp4"]),
        strict=False,
    )
]


def written(name: str, encoding: str) -> Part:
    if encoding == "mangled":
        return Part(name.encode("gb18030").decode("cp437").encode(), flags=0x800)
    flagged = encoding.endswith("+flag")
    return Part(name.encode(encoding.removesuffix("+flag")), flags=0x800 if flagged else 0)


ENCODINGS = ["gb18030", "utf-8", "utf-8+flag", "gb18030+flag"]


@pytest.mark.parametrize("encoding", [*ENCODINGS, "mangled"])
def test_real_names_come_back(encoding: str) -> None:
    """At least 199 of 200 exact, whatever the encoding and the flag; here: all that the encoding can hold."""
    assert len(REAL) >= 200
    wrong = []
    for name in REAL:
        part = written(name, encoding)
        found = names.from_bytes(part.name, flagged=bool(part.flags & 0x800))
        if found.text != name and not found.doubtful:
            wrong.append((name, found))
    assert len(wrong) <= len(REAL) // 200


def test_mixed_encodings_in_one_archive(tmp_path: Path) -> None:
    picked = REAL[:40]
    parts = [written(name, ENCODINGS[i % 4]) for i, name in enumerate(picked)]
    path = tmp_path / "mixed.zip"
    path.write_bytes(make_zip(parts))
    room = tmp_path / "room"
    room.mkdir()
    members = unpack(path, room)
    assert [m.name for m in members] == [names.tidy(name) for name in picked]
    assert [m.raw_name for m in members] == [part.name for part in parts], "the bytes of the name are kept"


def test_windows_folder_zip(tmp_path: Path) -> None:
    """As Windows in China packs: GBK bytes, no flag, which Python itself reads as cp437."""
    name = "05 现场检查（勘验）笔录.docx"
    path = tmp_path / "a.zip"
    path.write_bytes(make_zip([Part(name.encode("gbk"))]))
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() != [name]
    room = tmp_path / "room"
    room.mkdir()
    assert [m.name for m in unpack(path, room)] == [name]


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_become_some_name(raw: bytes) -> None:
    for flagged in (True, False):
        name = names.from_bytes(raw, flagged=flagged)
        assert isinstance(name.text, str)
        tidied = names.tidy(name.text)
        if names.judge(name.text) is None:
            parts = tidied.split("/")
            assert ".." not in parts and "" not in parts and not tidied.startswith("/")
            assert not any(ord(char) < 32 for char in tidied)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=3, max_size=20))
@settings(deadline=None)
def test_chinese_names_survive_both_encodings(name: str) -> None:
    assert names.from_bytes(name.encode("utf-8")).text == name
    assert names.from_bytes(name.encode("gbk")).text == name


@pytest.mark.parametrize(
    "name",
    [
        "Thumbs.db",
        "卷/Thumbs.db",
        "~$决定书.docx",
        "__MACOSX/._a",
        ".DS_Store",
        "a/desktop.ini",
        "x.tmp",
        "._照片.jpg",
    ],
)
def test_junk_is_known(name: str) -> None:
    assert names.JUNK.search("/" + name)


@pytest.mark.parametrize(
    "name", ["决定书.docx", "tmp/决定书.pdf", "a.template.docx", "$费用.xlsx", "DS_Store.docx"]
)
def test_documents_are_not_junk(name: str) -> None:
    assert not names.JUNK.search("/" + name)
