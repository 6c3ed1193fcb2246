"""Zips that mean harm: refused with reason and remedy, or their good members kept; never a write outside."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from casefiles.archives import ArchiveLimits, Member, unpack
from casefiles.intake import IntakeError, open_case, read_case
from tests.casefiles import hostile_archives as hostile

CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Path]]:
    """A folder for uploads and the work folder; afterwards nothing else may have appeared."""
    upload, work = tmp_path / "a" / "b" / "upload", tmp_path / "a" / "b" / "work"
    upload.mkdir(parents=True)
    work.mkdir()
    monkeypatch.setenv("ANHENG_VAR", str(work / "var"))
    monkeypatch.chdir(upload)
    yield upload, work
    outside = [
        p for p in tmp_path.rglob("*") if p.is_file() and work not in p.parents and upload not in p.parents
    ]
    assert outside == []
    assert not [p for p in upload.rglob("*") if "evil" in p.name or p.is_symlink()]
    assert not [p for p in work.rglob("*") if "evil" in p.name or p.is_symlink()]


def told(member: Member) -> bool:
    return bool(
        CHINESE.search(member.what) and (member.outcome == "ignored" or CHINESE.search(member.remedy))
    )


@pytest.mark.parametrize("name", hostile.WHOLE)
def test_whole_archive_is_refused(name: str, rooms: tuple[Path, Path]) -> None:
    upload, work = rooms
    path = hostile.write(upload, name, hostile.WHOLE[name]())
    with pytest.raises(IntakeError) as refusal:
        open_case(path, work)
    assert CHINESE.search(refusal.value.what) and CHINESE.search(refusal.value.remedy)
    assert sum(p.stat().st_size for p in work.rglob("*") if p.is_file()) < 4 * 1024 * 1024


@pytest.mark.parametrize("name", hostile.BAD_NAMES)
def test_bad_name_is_refused_and_its_neighbour_kept(name: str, rooms: tuple[Path, Path]) -> None:
    upload, work = rooms
    part = hostile.Part(hostile.BAD_NAMES[name], b"evil", flags=0x800)
    path = hostile.write(upload, name, hostile.beside(part))
    members = {m.raw_name: m for m in open_case(path, work).members}
    assert members[part.name].outcome == "refused"
    assert told(members[part.name])
    assert members[part.name].name.isprintable()
    assert members[hostile.GOOD[0].encode()].path.read_bytes() == hostile.GOOD[1]


@pytest.mark.parametrize("name", hostile.BAD_PARTS)
def test_bad_member_is_refused_and_its_neighbour_kept(name: str, rooms: tuple[Path, Path]) -> None:
    upload, work = rooms
    path = hostile.write(upload, name, hostile.beside(hostile.BAD_PARTS[name]))
    members = open_case(path, work).members
    bad = [m for m in members if m.outcome != "stored"]
    assert len(members) == 2 and len(bad) == 1
    assert told(bad[0])
    assert members[0].path is not None and members[0].path.read_bytes() == hostile.GOOD[1]


@pytest.mark.parametrize(("first", "second"), hostile.COLLIDING)
def test_colliding_names_keep_the_first(first: str, second: str, rooms: tuple[Path, Path]) -> None:
    upload, work = rooms
    data = hostile.make_zip([hostile.Part(n.encode(), n.encode(), flags=0x800) for n in (first, second)])
    members = open_case(hostile.write(upload, "clash", data), work).members
    assert [m.outcome for m in members] == ["stored", "refused"]
    assert "重名" in members[1].what
    assert members[0].path is not None and members[0].path.read_bytes() == first.encode()


def test_refused_members_are_told_beside_what_was_read(rooms: tuple[Path, Path]) -> None:
    upload, work = rooms
    parts = [
        hostile.good(),
        hostile.Part(b"../evil.txt"),
        hostile.Part(b"Thumbs.db"),
        hostile.Part("空.docx".encode(), b""),
    ]
    files = read_case(open_case(hostile.write(upload, "mixed", hostile.make_zip(parts)), work), workers=1)
    assert [f.outcome for f in files] == ["read", "refused", "ignored", "refused"]
    assert files[0].pages[0].text == hostile.GOOD[1].decode()
    assert [bool(f.problems) for f in files] == [False, True, False, True]


def test_limits_are_those_given(rooms: tuple[Path, Path]) -> None:
    upload, _ = rooms
    room = rooms[1] / "room"
    room.mkdir()
    data = hostile.make_zip([hostile.Part(f"{i}.txt".encode(), b"abcdef", method=0) for i in range(5)])
    path = hostile.write(upload, "limits", data)
    members = unpack(path, room, ArchiveLimits(file_size=5))
    assert {m.outcome for m in members} == {"refused"}
    assert all("超过上限" in m.what for m in members)
    case = unpack(path, room, ArchiveLimits(case_size=13))
    assert [m.outcome for m in case] == ["stored", "stored", "refused", "refused", "refused"]


def test_four_levels_are_unpacked_and_the_fifth_is_not(rooms: tuple[Path, Path]) -> None:
    upload, work = rooms
    core = hostile.make_zip([hostile.good()])
    path = hostile.write(upload, "four", hostile.nested(3, core))
    assert [m.outcome for m in open_case(path, work).members] == ["stored"]
    data = hostile.make_zip([hostile.Part(b"deep.zip", hostile.nested(3, core), method=0), hostile.good()])
    members = open_case(hostile.write(upload, "five", data), work / "second").members
    assert [m.outcome for m in members] == ["refused", "stored"]
    assert "嵌套" in members[0].what
