"""The timeline: order, terms kept and overrun, gaps; the law's lengths come from the pack."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.terms import calendar, terms_for
from casefiles.timeline import ORDER, Calendar, Term, Timeline, build, wrong_order
from scoring_rules import load_pack, vocabulary

LABELS = {name: spec.label for name, spec in vocabulary().items()}
DAYS = Calendar(
    lambda start, end: (end - start).days * 5 // 7,
    lambda start, count: start + timedelta(days=count * 7 // 5),
)
TERM = Term("P37", "立案至决定", "filed_on", "decided_on", 90, "calendar_day")


def drawn(dates: dict[str, date], *terms: Term, today: date | None = None, **options: object) -> Timeline:
    return build("penalty", "ordinary", dates, LABELS, terms, DAYS, today=today, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(("days", "late"), [(89, False), (90, False), (91, True)])
def test_the_last_day_is_in_time(days: int, late: bool) -> None:
    start = date(2023, 3, 1)
    (span,) = drawn({"filed_on": start, "decided_on": start + timedelta(days=days)}, TERM).spans
    assert (span.used, span.late) == (days, late)


def test_an_open_term_is_late_only_when_the_day_has_passed() -> None:
    start = date(2023, 3, 1)
    assert drawn({"filed_on": start}, TERM).spans[0].late is None
    assert drawn({"filed_on": start}, TERM, today=start + timedelta(days=90)).spans[0].late is None
    assert drawn({"filed_on": start}, TERM, today=start + timedelta(days=91)).spans[0].late is True


def test_a_hearing_too_soon_is_late_the_other_way() -> None:
    term = Term(
        "P29",
        "听证通知至举行",
        "hearing_notice_served_on",
        "hearing_held_on",
        7,
        "calendar_day",
        at_least=True,
    )
    day = date(2023, 3, 1)
    spans = [
        drawn({"hearing_notice_served_on": day, "hearing_held_on": day + timedelta(days=n)}, term).spans[0]
        for n in (6, 7)
    ]
    assert [span.late for span in spans] == [True, False]


def test_a_term_that_ends_before_it_begins_is_red_unless_the_party_may_be_early() -> None:
    days = {"decided_on": date(2023, 5, 10), "published_on": date(2023, 4, 10)}
    terms = [Term("T01", "决定至公示", *days, 7, "working_day", early=early) for early in (False, True)]
    office, party = (drawn(days, term) for term in terms)
    assert [office.spans[0].fault, party.spans[0].fault] == ["先后颠倒", ""]
    assert (office.spans[0].spent, office.red - party.red) == ("早 30 日", 1)


def test_months_end_with_the_month() -> None:
    term = Term("X", "", "filed_on", "decided_on", 1, "month")
    assert drawn({"filed_on": date(2024, 1, 31)}, term).spans[0].due == date(2024, 2, 29)


def test_wrong_order_is_said_at_the_later_step() -> None:
    line = drawn({"decided_on": date(2023, 6, 12), "legal_reviewed_on": date(2023, 6, 14)})
    assert {step.fact: len(step.problems) for step in line.steps} == {"decided_on": 1, "legal_reviewed_on": 0}
    assert "法制审核晚于处罚决定" in line.steps[0].problems[0]
    assert line.red >= 1


def test_a_step_that_later_steps_presuppose_is_a_gap() -> None:
    line = drawn({"filed_on": date(2023, 3, 1), "decided_on": date(2023, 5, 1)})
    assert [name for name, _ in line.missing] == [
        "investigation_closed_on",
        "notified_on",
        "notice_served_on",
        "approved_on",
    ]
    fewer = drawn(
        {"filed_on": date(2023, 3, 1), "decided_on": date(2023, 5, 1)}, excluded=frozenset({"notified_on"})
    )
    assert "notified_on" not in dict(fewer.missing)


def test_a_long_silence_is_shown() -> None:
    line = drawn({"filed_on": date(2023, 3, 1), "decided_on": date(2023, 5, 20)})
    assert [step.idle_before for step in line.steps] == [0, 80]


def test_nothing_dated_draws_nothing() -> None:
    assert drawn({}) == Timeline()


def test_the_pack_gives_ninety_days_only_under_the_new_law() -> None:
    pack = load_pack()
    new = {term.rule: term for term in terms_for(pack, "penalty", {"filed_on": date(2022, 1, 4)})}
    old = {term.rule for term in terms_for(pack, "penalty", {"filed_on": date(2020, 1, 6)})}
    assert (new["P37"].count, new["P37"].unit) == (90, "calendar_day")
    assert "第六十条" in new["P37"].basis
    assert "P37" not in old


def test_seven_days_are_working_days_since_2021() -> None:
    terms = {term.rule: term for term in terms_for(load_pack(), "penalty", {"decided_on": date(2023, 6, 12)})}
    (span,) = build("penalty", "ordinary", {"decided_on": date(2023, 6, 12), "decision_served_on": date(2023, 6, 28)},
                    LABELS, [terms["P51"]], calendar()).spans  # fmt: skip
    assert (span.used, span.late) == (11, True)  # 22–24 June off, the 25th worked


@given(st.dictionaries(st.sampled_from([name for pair in ORDER for name in pair[:2]]),
                       st.dates(date(2018, 1, 1), date(2026, 1, 1)), max_size=12))  # fmt: skip
def test_every_picture_stays_on_its_axis(dates: dict[str, date]) -> None:
    line = build("penalty", "ordinary", dates, LABELS, terms_for(load_pack(), "penalty", dates), calendar())
    assert [step.on for step in line.steps] == sorted(step.on for step in line.steps)
    assert all(0 <= step.x <= 1000 for step in line.steps)
    assert all(
        0 <= place <= 1000 for span in line.spans for place in (span.x, span.x_due or 0, span.x_end or 0)
    )
    known = {step.fact: step.on for step in line.steps}
    assert sum(len(step.problems) for step in line.steps) == len(wrong_order(known))
