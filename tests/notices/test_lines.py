"""避头尾: what may not begin or end a line, what stays whole, and that nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from notices.lines import NOT_FIRST, NOT_LAST, atoms, break_lines

WIDTH = 280.0
PROSE = st.text(
    alphabet="执法案卷评查情况通报规定程序当事人、，。；：《》（）“”〔〕28年月日号%", min_size=1, max_size=200
)


def broken(text: str, indent: float = 0.0) -> list[str]:
    pieces = atoms([(text, "fangsong")], lambda piece, _: sum(10.0 if ord(c) > 0x7F else 5.0 for c in piece))
    return [line.text for line in break_lines(pieces, WIDTH, first_indent=indent)]


@given(PROSE)
def test_nothing_is_lost(text: str) -> None:
    assert "".join(broken(text, 20.0)) == text


def test_a_closing_mark_never_begins_a_line_of_prose() -> None:
    for pad in range(20, 34):
        lines = broken("案" * pad + "，《办法》。" + "卷" * 40)
        assert not any(line[0] in NOT_FIRST for line in lines)
        assert not any(line[-1] in NOT_LAST for line in lines[:-1])


def test_numbers_and_document_numbers_stay_whole() -> None:
    for pad in range(18, 29):
        lines = broken("案" * pad + "吉人防通〔2026〕18号，罚款47,200元")
        assert any("〔2026〕18号" in line for line in lines)
        assert any("47,200" in line for line in lines)


def test_a_full_line_is_filled_and_the_last_is_not() -> None:
    pieces = atoms([("案" * 60 + "，" * 2, "fangsong")], lambda piece, _: 10.0 * len(piece))
    lines = break_lines(pieces, WIDTH)
    assert [line.fill for line in lines] == [WIDTH, WIDTH, None]
    last_of_first = list(lines[0].positions())[-1]
    assert abs(last_of_first[1] + last_of_first[0].width - WIDTH) < 0.01


def test_a_mark_is_squeezed_in_rather_than_hung_into_the_margin() -> None:
    pieces = atoms([("，" + "案" * 27 + "。" + "卷" * 5, "fangsong")], lambda piece, _: 10.0 * len(piece))
    first = break_lines(pieces, WIDTH)[0]
    assert first.text.endswith("。")
    atom, x = list(first.positions())[-1]
    assert x + atom.width - atom.slack <= WIDTH + 0.01
