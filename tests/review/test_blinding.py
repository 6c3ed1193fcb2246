"""Nothing of the names is left: in texts, in words of a document, in the pixels of a page."""

import io
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from casefiles import CaseFile, Page
from casefiles.reading import Line, Mark
from casefiles.reading.model import pack_boxes
from review.blinding import COVER, conceal, conceal_page, cover, hidden_boxes, secrets_of

from .conftest import World

NAMES = ["长春市人民防空办公室", "长春某置业有限公司", "长春市", "长春"]


def boxes(text: str, y: float = 0.5) -> list[tuple[float, float, float, float]]:
    """One box a character, from the left, five hundredths wide."""
    return [(0.05 * i, y, 0.05 * (i + 1), y + 0.05) for i in range(len(text))]


def line(text: str) -> Line:
    return Line(text, page=1, box=(0.0, 0.5, 0.05 * len(text), 0.55), spans=pack_boxes(boxes(text)))


def test_names_come_from_party_office_and_facts_but_not_the_province(world: World) -> None:
    office = world.offices["220122"]
    chain = [world.offices[code] for code in ("220122", "220100", "220000")]
    case = CaseFile(office_id=office.id, year=2023, party_name="王五", number="农人防罚〔2023〕1号")
    names = secrets_of(case, chain, {"authority": {"value": "农安县人防办"}, "party_code": {"value": None}})
    assert {"王五", "农人防罚〔2023〕1号", "农安县人民防空办公室", "长春", "农安", "农安县人防办"} <= set(
        names
    )
    assert not any("吉林省" in name for name in names)
    assert names == sorted(names, key=lambda n: (-len(n), n))


@given(
    st.recursive(
        st.text("长春市x", max_size=8), lambda s: st.lists(s) | st.dictionaries(st.text("k", max_size=2), s)
    )
)
def test_conceal_reaches_every_depth(value: Any) -> None:
    assert "长春" not in str(conceal(value, NAMES))


def test_longer_names_are_covered_whole() -> None:
    assert conceal({"a": ["长春市人民防空办公室决定"]}, NAMES) == {"a": [f"{COVER}决定"]}
    assert conceal(3.5, NAMES) == 3.5


def test_places_of_names_and_seals_are_found_character_by_character() -> None:
    page = Page(
        1,
        lines=(line("当事人长春某置业有限公司"),),
        marks=(Mark("seal", 1, (0.7, 0.7, 0.9, 0.9)), Mark("signature", 1, (0, 0, 1, 1))),
    )
    found = hidden_boxes(page, ["长春某置业有限公司"])
    assert found[0] == (0.7, 0.7, 0.9, 0.9)
    assert [round(edge, 2) for edge in found[1]] == [0.15, 0.5, 0.6, 0.55]
    assert len(found) == 2
    words = conceal_page(page, NAMES)
    assert words.lines[0].text == f"当事人{COVER}" and words.lines[0].spans == b""


def test_pixels_are_gone_also_on_a_turned_page(tmp_path: Path) -> None:
    plain = tmp_path / "page.png"
    Image.new("RGB", (200, 400), "white").save(plain)
    with Image.open(plain) as picture:
        picture.putpixel((50, 100), (255, 0, 0))
        picture.save(plain)
    with Image.open(io.BytesIO(cover(plain, [(0.2, 0.2, 0.3, 0.3)]))) as covered:
        assert covered.getpixel((50, 100)) == (60, 60, 60) and covered.getpixel((150, 300)) == (255, 255, 255)
    with Image.open(io.BytesIO(cover(plain, [(0.2, 0.2, 0.3, 0.3)], turn=90))) as turned:
        assert turned.size == (400, 200)
        assert turned.getpixel((400 - 100, 50)) == (60, 60, 60)
