"""The rule language: three truth values, dates and periods, rows, text, and what it refuses."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_language import FACTS, SCOPE, traced

from scoring_rules.language import ExprError, Period, parse, render, show
from scoring_rules.workdays import WorkCalendar, work_calendar

TRUTH = st.sampled_from([True, False, None])
DAYS = st.dates(date(2005, 1, 1), date(2026, 12, 31))


@given(TRUTH, TRUTH, TRUTH)
def test_kleene_tables(p, q, r):
    facts = {"p": p, "q": q, "s": r}
    values = [p, q, r]
    conjunction = False if False in values else None if None in values else True
    disjunction = True if True in values else None if None in values else False
    assert traced("p and q and s", facts).result is conjunction
    assert traced("p or q or s", facts).result is disjunction
    assert traced("not p", facts).result is (None if p is None else not p)
    # De Morgan holds in three values.
    assert traced("not (p and q)", facts).result is traced("not p or not q", facts).result


@given(TRUTH, st.none() | st.integers(0, 3), st.none() | st.integers(0, 3))
def test_choose_is_unknown_only_where_the_branches_differ(p, i, j):
    expected = i if p else j if p is False else (i if i == j else None)
    assert traced("i if p else j", {"p": p, "i": i, "j": j}).result == expected


@given(st.none() | DAYS, st.none() | DAYS)
def test_a_comparison_with_unknown_is_unknown(a, b):
    expected = None if a is None or b is None else a <= b
    assert traced("a <= b", {"a": a, "b": b}).result is expected


def test_document_presence_has_three_values(value):
    assert value("has('decision')", documents=frozenset({"decision"}), signed_off=False) is True
    assert value("has('decision')", signed_off=True) is False
    assert value("has('decision')", signed_off=False) is None
    assert value("has_any('decision', 'notice')", documents=frozenset({"notice"}), signed_off=False) is True
    assert value("has_all('decision', 'notice')", documents=frozenset({"notice"}), signed_off=False) is None
    assert value("has_all('decision', 'notice')", documents=frozenset({"notice"}), signed_off=True) is False


@pytest.mark.parametrize(
    ("state", "absent", "reached", "known"),
    [
        ("recorded", False, True, True),
        ("confirmed_absent", True, None, False),
        ("not_yet", None, False, False),
        ("unrecorded", None, None, False),
    ],
)
def test_states_of_a_fact(value, state, absent, reached, known):
    facts = {"a": date(2024, 1, 1)} if state == "recorded" else {}
    assert value("absent(a)", facts, states={"a": state}) is absent
    assert value("reached(a)", facts, states={"a": state}) is reached
    assert value("known(a)", facts, states={"a": state}) is known


@given(DAYS, DAYS)
def test_working_days_agree_with_counting(start, end):
    calendar = work_calendar()
    low, high = min(start, end), max(start, end)
    step = (low + timedelta(days=n) for n in range(1, min(40, (high - low).days) + 1))
    days = [day for day in step if calendar.is_working(day)]
    reached = low + timedelta(days=min(40, (high - low).days))
    assert calendar.between(low, reached) == len(days)
    assert calendar.between(reached, low) == -len(days)
    if days:
        assert calendar.add(low, len(days)) == days[-1]


def test_spring_festival_of_2023_is_off_and_its_exchanged_weekend_is_worked(value):
    facts = {"a": date(2023, 1, 20), "b": date(2023, 1, 29)}
    assert value("days(a, b)", facts) == 9
    assert value("wdays(a, b)", facts) == 2  # the 28th and 29th are worked


def test_a_year_without_notice_is_unknown_but_a_limit_kept_in_days_is_kept(value):
    far = {"a": date(2031, 3, 3), "b": date(2031, 3, 10)}
    week = {"term": Period(7, "working_day")}
    assert value("wdays(a, b)", far) is None
    assert value("within(a, b, term)", far, params=week) is True
    assert value("past(a, b, term)", far, params=week) is False
    later = {**far, "b": date(2031, 3, 12)}
    assert value("within(a, b, term)", later, params=week) is None
    assert value("at_least(a, b, term)", far, params={"term": Period(8, "working_day")}) is False


@given(DAYS.filter(lambda d: d.year < 2026), st.integers(1, 20))
def test_periods_in_working_days(start, count):
    term = {"term": Period(count, "working_day")}
    last = work_calendar().add(start, count)
    day = timedelta(days=1)
    for end, kept in ((last, True), (last - day, True)):
        assert traced("within(a, b, term)", {"a": start, "b": end}, params=term).result is kept
    assert traced("past(a, b, term)", {"a": start, "b": last}, params=term).result is False
    assert traced("past(a, b, term)", {"a": start, "b": last + day}, params=term).result is True
    assert traced("at_least(a, b, term)", {"a": start, "b": last}, params=term).result is True
    assert traced("at_least(a, b, term)", {"a": start, "b": last - day}, params=term).result is False


@given(DAYS, st.integers(0, 400))
def test_periods_in_calendar_days_turn_at_the_last_day(start, count):
    span = {"span": Period(count, "calendar_day")}
    last = start + timedelta(days=count)
    facts = {"a": start, "b": last}
    late = {"a": start, "b": last + timedelta(days=1)}
    assert traced("term_end(a, span)", facts, params=span).result == last
    assert traced("within(a, b, span) and not past(a, b, span)", facts, params=span).result is True
    assert traced("past(a, b, span) and not within(a, b, span)", late, params=span).result is True


def test_months_end_with_the_month(value):
    month = {"months_": Period(1, "month")}
    assert value("term_end(a, months_)", {"a": date(2024, 1, 31)}, params=month) == date(2024, 2, 29)
    assert value("add_years(a, 1)", {"a": date(2024, 2, 29)}) == date(2025, 2, 28)
    assert (
        value("elapsed(a, b, months_)", {"a": date(2024, 1, 31), "b": date(2024, 2, 29)}, params=month) == 1
    )
    assert (
        value("elapsed(a, b, months_)", {"a": date(2024, 1, 31), "b": date(2024, 2, 28)}, params=month) == 0
    )


ROWS = st.lists(
    st.fixed_dictionaries(
        {"officers": st.none() | st.integers(0, 3), "signed": TRUTH, "paid": st.none() | st.integers(0, 500)}
    ),
    max_size=4,
).map(tuple)


@given(st.none() | ROWS)
def test_rows_are_kleene(rows):
    facts = {"records": rows}
    parts = (
        None
        if rows is None
        else [(r["signed"], None if r["officers"] is None else r["officers"] >= 2) for r in rows]
    )

    def implies(test, then):
        return True if test is False or then is True else None if test is None or then is None else False

    def both(test, then):
        return False if test is False or then is False else None if test is None or then is None else True

    def fold(values, decides):
        return decides if decides in values else None if None in values else not decides

    every = None if parts is None else fold([implies(*pair) for pair in parts], False)
    some = None if parts is None else fold([both(*pair) for pair in parts], True)
    assert traced("all(r.officers >= 2 for r in records if r.signed)", facts).result is every
    assert traced("any(r.officers >= 2 for r in records if r.signed)", facts).result is some
    if rows is not None and all(row["signed"] is not None for row in rows):
        hits = [row for row in rows if row["signed"]]
        assert traced("count(r for r in records if r.signed)", facts).result == len(hits)
        paid = [row["paid"] for row in hits]
        assert traced("total(r.paid for r in records if r.signed)", facts).result == (
            None if None in paid else sum(paid)
        )
        assert traced("distinct(r.paid for r in records if r.signed)", facts).result == (
            None if None in paid else len(set(paid))
        )


def test_two_records_overlap(value):
    at = datetime(2024, 3, 1, 9, 0)
    rows = tuple(
        {"from": at + timedelta(minutes=m), "to": at + timedelta(minutes=m + 30)} for m in (0, 30, 45)
    )
    overlap = (
        "any(any(o.from < r.to and r.from < o.to and index(o) < index(r) for o in records) for r in records)"
    )
    assert value(overlap, {"records": rows[:2]}) is False  # touching ends are allowed
    assert value(overlap, {"records": rows}) is True


def test_failing_rows_are_named():
    rows = ({"signed": True}, {"signed": False}, {"signed": None}, {"signed": False})
    trace = traced("all(r.signed for r in records)", {"records": rows})
    assert trace.result is False
    assert [failed.rows for failed in trace.failed.values()] == [(1, 3)]


def test_every_comparison_is_recorded_with_operands():
    trace = traced("i + 1 <= j and fine > yuan(100)", {"i": 1, "j": 2, "fine": 10_000})
    assert [(step.text, step.operands, step.result) for step in trace.steps] == [
        ("i + 1 <= j", (("i + 1", 2), ("j", 2)), True),
        ("fine > yuan(100)", (("fine", 10_000), ("yuan(100)", 10_000)), False),
    ]
    assert list(trace.facts) == ["i", "j", "fine"]


def test_text_is_compared_in_one_form(value):
    assert (
        value("same(name, other)", {"name": "吉人防罚〔2023〕7号", "other": " 吉人防罚[2023] ７号"}) is True
    )
    assert value("matches(name, '^[0-9]+$')", {"name": "１２３"}) is True
    assert value("contains(name, '（一）')", {"name": "第(一)项"}) is True
    assert value("milli(area) * 20", {"area": Decimal("1180.5")}) == 1_180_500 * 20


def test_sets(value):
    facts = {"kinds": frozenset({"fine"})}
    assert value("'fine' in kinds and 'warning' not in kinds", facts) is True
    assert value("kinds <= {'fine', 'warning'}", facts) is True
    assert value("kinds == {'fine', 'warning'}", facts) is False
    assert value("size(kinds)", facts) == 1
    assert value("'fine' in kinds", {}) is None


@pytest.mark.parametrize(
    ("source", "words", "at"),
    [
        ("p and unknown_fact", "未登记的名称 unknown_fact", 6),
        ("a <= i", "date 不能与 int 比较", 0),
        ("step == 'z'", "没有取值 'z'", 0),
        ("__import__('os').system('x')", "不允许的调用", 0),
        ("p.__class__ == 'x'", "不是行变量的栏", 0),
        ("[x for x in records]", "不允许的写法 ListComp", 0),
        ("lambda: p", "不允许的写法 Lambda", 0),
        ("matches(name, '\\\\d+')", "正则含 \\d", 14),
        ("matches(name, '(?=a)')", "正则含 (?=", 14),
        ("has('nothing')", "没有文书种类 'nothing'", 0),
        ("i / j == 1", "只允许加、减、乘", 0),
        ("1.5 < i", "不允许的字面量 1.5", 0),
        ("days(a) > 1", "参数应为 2 个", 0),
        ("within(a, b, 90)", "最后一项应为 params 中的期限", 13),
        ("within(a, b, top)", "单位不是期限", 13),
        ("p and", "不合语法", None),
        ("moment > a", "datetime 不能与 date 比较", 0),
        ("all(p for r in kinds)", "不是行", 15),
        ("any(r.nothing for r in records)", "没有栏 nothing", 4),
        ("area > 1", "decimal 不能与 int 比较", 0),
        ("name < other", "只能用 == 或 != 比较", 0),
        ("fine * fine > 1", "金额不能乘金额", 0),
        ("i", "结果是 int", 0),
    ],
)
def test_refusals_name_the_fault_and_its_place(source, words, at):
    with pytest.raises(ExprError) as caught:
        parse(source, SCOPE, "bool")
    assert words in caught.value.what
    assert caught.value.remedy
    assert at is None or caught.value.at == at


def test_places_count_characters_not_bytes():
    with pytest.raises(ExprError) as caught:
        parse("name == '吉林省' and nothing", SCOPE)
    assert caught.value.at == len("name == '吉林省' and ")


def test_a_calendar_with_a_gap_ends_before_it():
    years = {2020: ([], []), 2021: ([], []), 2023: ([], [])}
    calendar = WorkCalendar(years)
    assert calendar.covers(date(2021, 12, 31)) and not calendar.covers(date(2023, 1, 2))


def test_messages_show_values_as_people_read_them():
    assert show(date(2022, 3, 1)) == "2022年3月1日"
    assert show(4_720_050, FACTS["fine"]) == "47200.50"
    assert show("x", FACTS["step"]) == "甲"
    assert show(frozenset({"fine"}), FACTS["kinds"]) == "罚款"
    assert show("interview_record#2") == "询问（调查）笔录（第2份）"
    assert show(None) == "〔未登记〕" and show(None, None, "confirmed_absent") == "〔查明没有〕"
    assert render("共 {n} 日，{fine}元", lambda name: {"n": "3", "fine": "50"}[name]) == "共 3 日，50元"
