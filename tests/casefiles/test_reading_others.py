"""Workbooks, recordings, pictures, text, OFD, old Word files; the cache; what is read again and what is not."""

import json
import os
import struct
import wave
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image

from casefiles.intake import open_case, read_case
from casefiles.reading import (
    Line,
    Mark,
    Page,
    Problem,
    ReadFile,
    from_json,
    pool,
    read_file,
    read_files,
    to_json,
)
from casefiles.reading.model import UNIT, pack_boxes
from casefiles.reading.recording import local_start


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANHENG_VAR", str(tmp_path / "var"))


def docx(folder: Path, name: str, text: str) -> tuple[Path, str]:
    document = Document()
    document.add_paragraph(text)
    document.save(folder / name)
    return folder / name, name


def test_workbook_rows_and_places(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "处罚"
    sheet.append(["文号", "金额", "日期", None])
    sheet.append(["吉人防罚〔2023〕7号", 47200.0, date(2023, 5, 12), "=1+1"])
    book.save(tmp_path / "a.xlsx")
    file = read_file(tmp_path / "a.xlsx", "a.xlsx")
    assert file.sheets == {"处罚": [["文号", "金额", "日期"], ["吉人防罚〔2023〕7号", "47200", "2023-05-12"]]}
    assert file.pages[0].lines[3] == Line(
        "吉人防罚〔2023〕7号", kind="cell", at="处罚!A2", table=1, row=2, column=1
    )


def test_sound_recording_has_its_length(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "询问.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes(8000 * 7))
    file = read_file(tmp_path / "询问.wav", "询问.wav")
    assert (file.media, file.outcome, file.properties["seconds"]) == ("recording", "read", 7)
    assert file.properties["started_at"] is None and "开始时间" in file.problems[0].what


def box(kind: bytes, *inside: bytes) -> bytes:
    data = b"".join(inside)
    return struct.pack(">I", len(data) + 8) + kind + data


def mp4(created: int, seconds: int) -> bytes:
    """A container with an empty video track: made at ``created`` (seconds since 1904, UTC)."""
    times = struct.pack(">IIIII", 0, created, created, 1000, seconds * 1000)
    track = struct.pack(">IIIIII", 7, created, created, 1, 0, seconds * 1000) + bytes(60)
    handler = box(b"hdlr", bytes(8), b"vide", bytes(12), b"\0")
    media = box(b"mdia", box(b"mdhd", times, bytes(4)), handler)
    moov = box(b"moov", box(b"mvhd", times, bytes(80)), box(b"trak", box(b"tkhd", track), media))
    return box(b"ftyp", b"isom\x00\x00\x02\x00isomiso2") + moov


def test_video_start_is_given_in_local_time(tmp_path: Path) -> None:
    utc_0130 = 2082844800 + 1710725400  # 2024-03-18T01:30:00Z
    (tmp_path / "a.mp4").write_bytes(mp4(utc_0130, 4080))
    file = read_file(tmp_path / "a.mp4", "检查.mp4")
    assert file.properties == {"seconds": 4080, "started_at": "2024-03-18T09:30:00"}


@pytest.mark.parametrize(
    ("stamp", "local", "start"),
    [
        ("UTC 2024-03-18 01:30:00", False, "2024-03-18T09:30:00"),
        ("2024-03-18 01:30:00 UTC", False, "2024-03-18T09:30:00"),
        ("2023-12-31 16:00:00 UTC", False, "2024-01-01T00:00:00"),
        ("2024-03-18T09:30:00+0800", True, "2024-03-18T09:30:00"),
        ("UTC 1904-01-01 00:00:00", False, None),
        ("2024-13-18 01:30:00", False, None),
        ("", False, None),
        (None, False, None),
    ],
)
def test_container_times(stamp: str | None, local: bool, start: str | None) -> None:
    assert local_start(stamp, local=local) == start


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "BMP"])
def test_pictures_wait_for_ocr(kind: str, tmp_path: Path) -> None:
    Image.new("RGB", (300, 200), "white").save(tmp_path / "a.bin", kind)
    file = read_file(tmp_path / "a.bin", f"照片.{kind.lower()}", ocr=False)
    assert (file.media, file.properties["waiting"], file.pages[0].width) == ("image", [1], 300)


def test_heic_and_many_page_tiff(tmp_path: Path) -> None:
    heif = pytest.importorskip("pillow_heif")
    heif.from_pillow(Image.new("RGB", (320, 240), "white")).save(tmp_path / "a.heic")
    assert read_file(tmp_path / "a.heic", "a.heic", ocr=False).pages[0].height == 240
    frames = [Image.new("L", (100 + i, 80), "white") for i in range(3)]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:])
    file = read_file(tmp_path / "a.tif", "a.tif", ocr=False)
    assert [page.width for page in file.pages] == [100, 101, 102]


def test_text_in_old_code_page(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("第一行\r\n\r\n第二行".encode("gb18030"))
    lines = read_file(tmp_path / "a.txt", "a.txt").pages[0].lines
    assert [(line.text, line.at) for line in lines] == [("第一行", "行1"), ("第二行", "行3")]


def test_nothing_is_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read_files([docx(tmp_path, "a.docx", "一"), docx(tmp_path, "b.docx", "二")])
    monkeypatch.setattr(pool.Child, "start", lambda: pytest.fail("a child was started for an unchanged file"))
    (tmp_path / "c.docx").write_bytes((tmp_path / "a.docx").read_bytes())
    again = read_files([(tmp_path / "a.docx", "a.docx"), (tmp_path / "c.docx", "副本.docx")])
    assert again[0] == first[0]
    assert (again[1].name, again[1].pages) == ("副本.docx", first[0].pages)


def test_a_damaged_cache_entry_is_read_afresh(tmp_path: Path) -> None:
    item = docx(tmp_path, "a.docx", "一")
    first = read_file(*item)
    for path in (tmp_path / "var" / "cache" / "reading").iterdir():
        path.write_bytes(path.read_bytes()[:30])
    assert read_file(*item) == first


def test_order_is_kept_and_progress_is_told(tmp_path: Path) -> None:
    items = [docx(tmp_path, f"{i}.docx", f"第{i}份") for i in range(12)]
    told: list[tuple[int, int, str]] = []
    files = read_files(items, workers=3, progress=lambda done, of, text: told.append((done, of, text)))
    assert [file.pages[0].text for file in files] == [f"第{i}份" for i in range(12)]
    assert [done for done, _, _ in told] == list(range(1, 13)) and {of for _, of, _ in told} == {12}


def test_folder_with_links_junk_and_old_names(tmp_path: Path) -> None:
    case = tmp_path / "案卷"
    (case / "音像").mkdir(parents=True)
    docx(case, "01 封面.docx", "封面")
    (case / "Thumbs.db").write_bytes(b"x")
    (case / "链接.docx").symlink_to("/etc/passwd")
    (case / "音像").joinpath("empty.mp4").write_bytes(b"")
    Path(os.fsdecode(bytes(case) + b"/" + "目录.txt".encode("gbk"))).write_bytes("卷内目录".encode())
    intake = open_case(case, tmp_path / "work")
    files = read_case(intake)
    assert {file.name: file.outcome for file in files} == {
        "01 封面.docx": "read", "Thumbs.db": "ignored", "链接.docx": "refused", "音像/empty.mp4": "refused", "目录.txt": "read",
    }  # fmt: skip
    assert len(intake.sha256) == 64
    assert open_case(case, tmp_path / "again").sha256 == intake.sha256


places = st.tuples(*[st.integers(0, UNIT).map(lambda n: n / UNIT)] * 4)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
lines = st.builds(
    lambda text, page, box, kind, cell, hand, spans: Line(
        text, page, box, 0.5, kind, "段1" if page is None else None, *cell, bool(hand), hand,
        pack_boxes([box] * len(text)) if spans and box else b"",
    ),
    texts, st.none() | st.integers(1, 999), st.none() | places, st.sampled_from(["line", "cell"]),
    st.just((None, None, None)) | st.tuples(*[st.integers(1, 9)] * 3), st.lists(texts, max_size=2).map(tuple), st.booleans(),
)  # fmt: skip


@given(st.lists(lines, max_size=4), st.integers(0, 3))
@settings(deadline=None, max_examples=60)
def test_json_round_trip(found: list[Line], turn: int) -> None:
    number = found[0].page if found else 1
    kept = tuple(line for line in found if line.page == number)
    page = Page(
        number, kept, (Mark("seal", number, (0.1, 0.2, 0.3, 0.4), "某机关", 0.9),), 595.0, 842.0, 90 * turn
    )
    file = ReadFile(
        "a.pdf",
        "0" * 64,
        9,
        "pdf",
        "read",
        (page,),
        (Problem("a.pdf", "甲", "乙"),),
        {"page_count": 1},
        {"表": [["一"]]},
    )
    again = from_json(json.loads(json.dumps(to_json(file))))
    assert again == file
    for line in again.pages[0].lines:
        if line.spans:
            assert line.words[0][1] == pytest.approx(line.box, abs=1e-9)
