"""Numbers, amounts, dates, document numbers, citations and officers, in every form seen in real papers."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.extract.citations import find_citations
from casefiles.extract.dates import blank_date, find_dates, find_periods, find_terms, parse_date
from casefiles.extract.flat import Flat, fold
from casefiles.extract.numbers import capital_words, find_money, is_capital, parse_number
from casefiles.extract.people import find_numbers, find_officers, same_number, split_names
from casefiles.extract.read_common import mend_code
from casefiles.reading import Line


@given(st.integers(0, 10**12 - 1))
def test_capital_words_come_back_as_the_same_sum(fen: int) -> None:
    words = capital_words(fen)
    found = find_money(words)
    if fen % 100 and fen < 100:  # 角 and 分 alone name no yuan
        assert not found
    else:
        assert found[0].fen == fen and found[0].words


@given(st.integers(1, 10**8), st.sampled_from(["{:,}元", "{}元", "¥{:,}", "人民币{}元整", "¥{:,}.00"]))
def test_figures_come_back_as_the_same_sum(yuan: int, form: str) -> None:
    assert [money.fen for money in find_money(form.format(yuan))] == [yuan * 100]


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("29349.10元", 2934910),
        ("叁万圆(30000元)", 3000000),
        ("836250元(大写)", 83625000),
        ("陆万圆整(¥60000)", 6000000),
        ("伍万贰仟壹佰贰拾元", 5212000),
        ("一万伍仟元", 1500000),
        ("1万元", 1000000),
        ("172.46万元", 172460000),
        ("壹佰贰拾玖万零陆佰元整", 129060000),
        ("十万元", 10000000),
        ("拾元整", 1000),
        ("肆佰元伍角叁分", 40053),
    ],
)
def test_amounts(text: str, fen: int) -> None:
    assert find_money(fold(text))[0].fen == fen


@pytest.mark.parametrize("text", ["170余万元", "40元/平方米", "近千元人", "第3元"])
def test_bounds_and_rates_are_no_amounts(text: str) -> None:
    assert [money.fen for money in find_money(fold(text)) if money.fen > 100000] == []
    assert not find_money(fold("170余万元")) and not find_money(fold("40元/平方米"))


def test_capital_numerals_are_told_from_small_ones() -> None:
    assert is_capital("叁万元") and not is_capital("三万元")
    assert (
        parse_number("二〇二三") == 2023 and parse_number("四十八") == 48 and parse_number("一百零八") == 108
    )
    assert parse_number("十二三") is None and parse_number("") is None


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_dates_in_every_form(day: date) -> None:
    digits = "〇一二三四五六七八九"

    def small(number: int) -> str:
        tens, ones = divmod(number, 10)
        return ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (
            digits[ones] if ones else ""
        )

    year = "".join(digits[int(char)] for char in str(day.year))
    forms = [
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month:02d} 月 {day.day:02d} 日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}-{day.month:02d}-{day.day:02d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{year}年{small(day.month)}月{small(day.day)}日",
        f"{year.replace('〇', '0')}年{small(day.month)}月{small(day.day)}日",
        f"{year.replace('〇', '○')}年{small(day.month)}月{small(day.day)}日",
        f"{year.replace('〇', 'C')}年{small(day.month)}月{small(day.day)}日",
    ]
    for form in (*forms, f"附件C{forms[0]}"):
        assert parse_date(fold(form)) == day, form


@pytest.mark.parametrize(
    "text", ["2011年底", "2023年4月", "二〇二三年五月", "2023年2月30日", "1.2.3", "0436-322"]
)
def test_what_is_no_date(text: str) -> None:
    assert parse_date(fold(text)) is None


def test_clock_times_and_periods() -> None:
    first, last = next(find_periods(fold("2024年3月18日 9时30分至10时40分")))
    assert (first.when, last.when) == (
        first.when.replace(hour=9, minute=30) if first.when else None,
        first.when.replace(hour=10, minute=40) if first.when else None,
    )
    first, last = next(find_periods(fold("2019年9月10日至12日")))
    assert (last.day - first.day) == timedelta(days=2)
    assert find_dates("2024-03-18 09:31:05")[0].when is not None
    assert not list(find_periods("2024年3月18日"))
    first, last = next(find_periods(fold("2024年3月18日下午2:10—15:20")))
    assert (first.when, last.when) == (datetime(2024, 3, 18, 14, 10), datetime(2024, 3, 18, 15, 20))


def test_blank_dates_and_terms() -> None:
    assert blank_date("　　　　年　　月　　日") and blank_date("年  月  日")
    assert not blank_date("2024年3月1日")
    assert [(number, unit) for number, unit, _ in find_terms("十五日内缴纳，六个月内起诉，5个工作日内，30天内")] == [
        (15, "日"), (6, "月"), (5, "工作日"), (30, "日"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("吉市人防罚决〔2024〕5号", "吉市人防罚决〔2024〕5号"),
        ("长人防罚决字[2023]第 007 号", "长人防罚决字[2023]第007号"),
        ("惠市环(龙门)罚〔2021〕3号", "惠市环（龙门）罚〔2021〕3号"),
        ("《行政处罚决定书》（白人防罚决﹝2023﹞6 号）", "白人防罚决〔2023〕6号"),
        ("编号：白山人防当罚〔2024〕第0217 号", "白山人防当罚〔2024〕第0217号"),
        ("收到了辽人防责改(2020)k-39号文书", "辽人防责改（2020）k-39号"),
    ],
)
def test_document_numbers(text: str, number: str) -> None:
    assert [found.text for found in find_numbers(fold(text))] == [number]


def test_one_number_in_many_brackets() -> None:
    assert same_number("吉人防罚[2023]7号", "吉人防罚〔2023〕7 号") and not same_number(
        "甲〔2023〕7号", "甲〔2023〕8号"
    )


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("违反了《人民防空法》第二十二条的规定", [("中华人民共和国人民防空法", 22, None, None, "violated")]),
        (
            "依据《中华人民共和国行政处罚法》第五十七条第一款第（一）项、第六十四条第(二)项的规定",
            [("中华人民共和国行政处罚法", 57, 1, 1, "procedure"), ("中华人民共和国行政处罚法", 64, None, 2, "procedure")],
        ),
        (
            "违反《吉林省实施<人民防空法>办法》（以下简称《省办法》）第三十六条第一款第一项、第二项，依据《省办法》第二条第3款",
            [
                ("吉林省实施《中华人民共和国人民防空法》办法", 36, 1, 1, "violated"),
                ("吉林省实施《中华人民共和国人民防空法》办法", 36, 1, 2, "violated"),
                ("吉林省实施《中华人民共和国人民防空法》办法", 2, 3, None, "penalty"),
            ],
        ),
        (
            "违反《某管理办法》第三条，依据该办法第十二条予以罚款",
            [("某管理办法", 3, None, None, "violated"), ("某管理办法", 12, None, None, "penalty")],
        ),
        (
            "逾期不缴纳的，依据《行政处罚法》第七十二条第一款第一项，每日按百分之三加处罚款",
            [("中华人民共和国行政处罚法", 72, 1, 1, "late_fee")],
        ),
        ("按照《某省裁量基准》第4条属于较重", [("某省裁量基准", 4, None, None, "benchmark")]),
        ("《现场检查笔录》1份、《询问笔录》第1页", []),
    ],
)  # fmt: skip
def test_citations(text: str, cited: list[tuple[object, ...]]) -> None:
    found = find_citations(fold(text), "decision")
    assert [(one.law, one.article, one.paragraph, one.item, one.role) for one in found] == cited


def test_versions_are_those_in_force_or_stated() -> None:
    text = fold("依据《行政处罚法》第三十八条")
    assert find_citations(text, "decision", date(2020, 4, 1))[0].version == "2017"
    assert find_citations(text, "decision", date(2022, 4, 1))[0].version == "2021"
    stated = find_citations(fold("依据《行政处罚法》（2017年修正）第三十八条"), "decision", date(2022, 4, 1))[
        0
    ]
    assert stated.version == "2017" and stated.stated


def test_officers_with_certificates() -> None:
    for text in (
        "检查人员：玄哲洙（执法证号：吉 J24000118）；裴立秋（执法证号：吉J24000132）　记录人：裴立秋",
        "执法人员玄哲洙（吉J24000118）、裴立秋（吉J24000132）",
        "询问人：玄哲洙　执法证号：吉J24000118\n询问人：裴立秋　证件号码：吉J24000132",
    ):
        found = [(one.name, one.certificate) for one in find_officers(fold(text))]
        assert found == [("玄哲洙", "吉J24000118"), ("裴立秋", "吉J24000132")], text
    assert not find_officers(
        fold("三合路42号地下人防工程（编号BC-RF-017）、审核人（法律职业资格证号：A20102224010209）")
    )


def test_lists_of_names() -> None:
    assert split_names("岳德厚（副主任）、南成日、苗春和（总工程师）") == ["岳德厚", "南成日", "苗春和"]
    assert split_names("无") == [] and split_names("同意，请审批") == []


def test_codes_are_mended_only_when_the_check_character_says_so() -> None:
    good = "91220211MAXQ7T3K0W"
    assert mend_code(good) == good and mend_code("9122 0211 MAXQ7T3K0W") == good
    assert mend_code("9I220211MAXQ7T3KOW") == good
    assert mend_code("12345") is None


def test_a_stretch_keeps_its_place() -> None:
    flat = Flat.of_lines(
        "甲.docx", [Line("案　　由：某案", at="段1"), Line("罚款 47,200 元（肆万元）", at="段2")]
    )
    found = flat.search("罚款(.*?)元")
    assert found is not None and found.flat(1).place().quote == "47,200" and found.flat().place().at == "段2"
    assert flat.text == "案由：某案\n罚款47,200元（肆万元）"
