"""Formats of the past and of the state: OFD, and Word 97 with and without an office program."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from casefiles.reading import read_file


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANHENG_VAR", str(tmp_path / "var"))


def ofd(text: str) -> bytes:
    ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr(
            "OFD.xml",
            f"<ofd:OFD {ns}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        pages = '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/P1.xml"/></ofd:Pages>'
        package.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {ns}><ofd:CommonData>{area}</ofd:CommonData>{pages}</ofd:Document>",
        )
        code = f'<ofd:TextObject ID="3" Boundary="30 40 100 10" Font="1" Size="6"><ofd:TextCode X="0" Y="6" DeltaX="g {len(text)} 6">{text}</ofd:TextCode></ofd:TextObject>'
        layer = f'<ofd:Content><ofd:Layer ID="2">{code if text else ""}</ofd:Layer></ofd:Content>'
        package.writestr("Doc_0/Pages/P1.xml", f"<ofd:Page {ns}>{layer}</ofd:Page>")
    return target.getvalue()


def test_ofd_text_has_its_place_and_a_picture_ofd_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.ofd").write_bytes(ofd("行政处罚决定书"))
    file = read_file(tmp_path / "a.ofd", "a.ofd")
    line = file.pages[0].lines[0]
    assert (file.outcome, line.text) == ("read", "行政处罚决定书")
    assert (
        line.box is not None
        and line.box[0] == pytest.approx(30 / 210, abs=0.01)
        and 40 / 297 < line.box[3] < 50 / 297
    )
    (tmp_path / "b.ofd").write_bytes(ofd(""))
    kept = read_file(tmp_path / "b.ofd", "b.ofd")
    assert kept.outcome == "kept" and "只有图像" in kept.problems[0].what


def word97(text: str) -> bytes:
    """A Word 97 document with one UTF-16 piece, by [MS-DOC] and [MS-CFB]."""
    body = text.encode("utf-16-le")
    main = bytearray(4096)
    main[:2] = b"\xec\xa5"
    struct.pack_into("<H", main, 0x0A, 0x0200)
    struct.pack_into("<I", main, 0x4C, len(text))
    main += body
    main += bytes(-len(main) % 512 or 0)
    table = (
        b"\x02" + struct.pack("<I", 16) + struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, 4096, 0)
    )
    struct.pack_into("<II", main, 0x01A2, 0, len(table))
    table = table.ljust(4096, b"\x00")
    sectors = [len(main) // 512, 8]
    fat = [0xFFFFFFFD, 0xFFFFFFFE]
    for count in sectors:
        first = len(fat)
        fat += [*range(first + 1, first + count), 0xFFFFFFFE]
    entries = b""
    for name, kind, start, size in (
        ("Root Entry", 5, 0xFFFFFFFE, 0),
        ("WordDocument", 2, 2, len(main)),
        ("1Table", 2, 2 + sectors[0], 4096),
    ):
        raw = name.encode("utf-16-le")
        entries += (
            raw.ljust(64, b"\x00")
            + struct.pack("<HB", len(raw) + 2, kind)
            + bytes(49)
            + struct.pack("<III", start, size, 0)
        )
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    return (
        bytes(header)
        + struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
        + entries.ljust(512, b"\x00")
        + bytes(main)
        + table
    )


def test_old_word_file_gives_words_and_cells_with_a_warning(tmp_path: Path) -> None:
    text = "送达回证\r受送达人\x07某公司\x07\x07送达日期\x072023年\x13 DATE \x145月12日\x15\x07\x07以下空白\r"
    (tmp_path / "a.doc").write_bytes(word97(text))
    file = read_file(tmp_path / "a.doc", "送达回证.doc")
    assert [(line.at, line.text) for line in file.pages[0].lines] == [
        ("段1", "送达回证"), ("表1行1列1", "受送达人"), ("表1行1列2", "某公司"), ("表1行2列1", "送达日期"),
        ("表1行2列2", "2023年5月12日"), ("段2", "以下空白"),
    ]  # fmt: skip
    assert file.outcome == "read" and "只读出文字" in file.problems[0].what


def test_an_office_that_fails_leaves_the_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "soffice"
    script.write_text("#!/bin/sh\nexit 3\n")
    script.chmod(0o755)
    monkeypatch.setenv("ANHENG_OFFICE", str(script))
    (tmp_path / "a.doc").write_bytes(word97("旧文\r"))
    file = read_file(tmp_path / "a.doc", "a.doc")
    assert (file.outcome, file.pages[0].text) == ("read", "旧文") and "只读出文字" in file.problems[0].what
