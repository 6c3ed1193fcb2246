"""The calendar and the law register as data: against two published calendars, and in themselves."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import chinese_calendar
import holidays
import pytest
import yaml

from scoring_rules import law_register, load_pack, rule_entry, work_calendar

FOLDER = Path(__file__).parents[2] / "scoring_rules"
YEARS = range(2004, 2027)
LAWS = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((FOLDER / "laws").glob("*.yaml"))]


@pytest.mark.parametrize("year", YEARS)
def test_working_days_are_those_of_both_published_calendars(year: int) -> None:
    china, calendar = holidays.country_holidays("CN", years=year), work_calendar()
    day = date(year, 1, 1)
    while day.year == year:
        working = calendar.is_working(day)
        assert working == chinese_calendar.is_workday(day), day
        if day.weekday() < 5 and day != date(2005, 12, 31):
            assert working == (day not in china), day
        day += timedelta(days=1)


@pytest.mark.parametrize("year", YEARS)
def test_lists_hold_only_weekdays_off_and_weekend_days_worked(year: int) -> None:
    data = yaml.safe_load((FOLDER / "calendar" / f"{year}.yaml").read_text(encoding="utf-8"))
    assert set(data) == {"year", "notice", "confirmed", "off", "work"}  # not False: YAML reads a bare off so
    assert all(day.year == year and day.weekday() < 5 for day in data["off"])
    assert all(day.year == year and day.weekday() >= 5 for day in data["work"])
    assert data["confirmed"] == bool(data["notice"])


def test_a_year_without_a_notice_is_unknown() -> None:
    assert work_calendar().is_working(date(2027, 1, 4)) is None
    assert work_calendar().between(date(2026, 12, 30), date(2027, 1, 5)) is None


@pytest.mark.parametrize("law", LAWS, ids=[law["id"] for law in LAWS])
def test_texts_of_a_law_follow_each_other_without_gap(law: dict) -> None:
    texts = law["versions"]
    for earlier, later in pairwise(texts):
        assert earlier["to"] + timedelta(days=1) == later["from"]
    assert texts[-1]["to"] is None
    for text in texts:
        if "structure" in text:
            assert list(text["structure"]) == list(range(1, text["articles"] + 1))
            assert text["confirmed"]


def test_article_maps_stay_inside_the_texts() -> None:
    for law in LAWS:
        counts = {text["text"]: text["articles"] for text in law["versions"]}
        for entry in law.get("maps", ()):
            for old, new in entry["articles"].items():
                assert 1 <= old <= counts[entry["from"]]
                assert all(1 <= article <= counts[entry["to"]] for article in new)


@pytest.mark.parametrize(
    ("name", "day", "text"),
    [
        ("中华人民共和国行政处罚法", date(2021, 7, 14), "2017"),
        ("《行政处罚法》", date(2021, 7, 15), "2021"),
        ("行政复议法", date(2023, 12, 31), "2017"),
        ("行政复议法", date(2024, 1, 1), "2023"),
        ("吉林省实施〈中华人民共和国人民防空法〉办法", date(2024, 1, 1), "现行"),
        ("人民防空法", date(2024, 1, 1), "2009"),
    ],
)
def test_the_text_in_force_is_found_by_any_name(name: str, day: date, text: str) -> None:
    assert law_register().text_on(name, day) == text


def test_every_law_that_a_rule_rests_on_is_registered() -> None:
    from_packs = {
        basis["law"]
        for path in (FOLDER / "packs").glob("*/rules/*.yaml")
        for basis in yaml.safe_load(path.read_text(encoding="utf-8"))["basis"]
    }
    assert {law for law in from_packs if law_register().find(law) is None} == set()


def _clauses() -> list[tuple[str, dict]]:
    found = []
    for path in sorted((FOLDER / "packs").glob("*/rules/*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        for part in (data, *data.get("limbs", ())):
            found += [(data["id"], basis) for basis in part.get("basis", ()) if basis.get("article")]
    return found


def test_every_clause_that_a_rule_rests_on_stands_in_the_text() -> None:
    texts = {
        (name, text["text"]): text
        for law in LAWS
        for text in law["versions"]
        for name in (law["name"], law["short"])
    }
    wrong = []
    for rule, basis in _clauses():
        text = texts[basis["law"], basis["text"]]
        paragraphs = text.get("structure", {}).get(basis["article"])
        if text["articles"] and not 1 <= basis["article"] <= text["articles"]:
            wrong.append((rule, basis))
        elif paragraphs:
            paragraph = basis.get("paragraph", 1)
            short = paragraph > len(paragraphs)
            if short or basis.get("item", 0) > max(paragraphs[paragraph - 1 : paragraph], default=0):
                wrong.append((rule, basis))
    assert wrong == []


def test_a_rule_is_in_force_only_while_the_text_it_cites_is() -> None:
    spans = {
        (name, text["text"]): (text["from"], text["to"])
        for law in LAWS
        for text in law["versions"]
        for name in (law["name"], law["short"])
    }
    wrong = []
    for rule, basis in _clauses():
        start, end = spans[basis["law"], basis["text"]]
        since, until = basis["in_force"]
        early = start and (since is None or since < start)
        late = end and (until is None or until > end)
        if early or late:
            wrong.append((rule, basis["law"], basis["text"], since, until))
    assert wrong == []


def test_only_clauses_of_texts_that_were_read_count_as_confirmed() -> None:
    """A text whose structure is in the register was read; of the others (处罚法 2017, the Jilin measures,
    国办发〔2018〕118号) no clause is confirmed, and so no limb that rests on one."""
    read = {
        (name, text["text"]): "structure" in text
        for law in LAWS
        for text in law["versions"]
        for name in (law["name"], law["short"])
    }
    assert not any(read[("行政处罚法", text)] for text in ("2009", "2017"))
    unread = 0
    for rule in load_pack().rules:
        for check, limb in zip(rule.checks, rule_entry(rule)["limbs"] or [rule_entry(rule)], strict=True):
            known = all(read[b.law, b.text] for b in check.basis)
            assert all(read[b.law, b.text] or not b.confirmed for b in check.basis), rule.id
            assert known or not limb["confirmed"], (rule.id, check.id)
            unread += not known
    assert unread


# What domain.md §6 leaves to a lawyer.
OPEN = ("P10", "P37", "P51", "C12", "F03", "F04", "L07")


@pytest.mark.parametrize("rule", OPEN)
def test_rules_that_wait_for_a_lawyer_say_so(rule: str) -> None:
    assert not load_pack().rule(rule).confirmed
