"""Assignment: never one's own unit, never a recused reviewer, as even as possible, decided by the seed."""

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from review.assign import AssignError, Reviewable, Reviewer, assign, barred

UNITS = ["长春", "吉林", "四平", "延边"]


def file(n: int, unit: str) -> Reviewable:
    return Reviewable(f"f{n:03d}", f"吉人防罚〔2025〕{n}号", unit)


files_ = st.lists(st.sampled_from(UNITS), min_size=1, max_size=25).map(
    lambda units: [file(n, unit) for n, unit in enumerate(units)]
)
reviewers_ = st.lists(
    st.tuples(st.sampled_from(UNITS), st.sets(st.sampled_from(UNITS), max_size=1)), min_size=2, max_size=8
).map(
    lambda rows: [
        Reviewer(f"r{n}", f"评查员{n}", unit, 0, dict.fromkeys(away, "亲属任职"))
        for n, (unit, away) in enumerate(rows)
    ]
)


def possible(files: Sequence[Reviewable], reviewers: Sequence[Reviewer]) -> bool:
    return all(sum(1 for r in reviewers if not barred(f, r)) >= 2 for f in files)


@given(files_, reviewers_, st.text("0123456789", min_size=1, max_size=6), st.randoms())
@settings(max_examples=120, deadline=None)
def test_lawful_complete_and_decided_by_the_seed(
    files: list[Reviewable], reviewers: list[Reviewer], seed: str, random: Any
) -> None:
    assume(possible(files, reviewers))
    result = assign(files, reviewers, seed=seed)
    known = {r.id: r for r in reviewers}
    for f in files:
        assert len(set(result[f.id])) == 2
        assert not any(barred(f, known[r]) for r in result[f.id])
    mixed_files, mixed_reviewers = list(files), list(reviewers)
    random.shuffle(mixed_files)
    random.shuffle(mixed_reviewers)
    assert assign(mixed_files, mixed_reviewers, seed=seed) == result


@given(
    st.lists(st.sampled_from(UNITS), min_size=1, max_size=4),
    st.lists(st.sampled_from(UNITS), min_size=3, max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_load_is_as_even_as_any_assignment_could_be(file_units: list[str], reviewer_units: list[str]) -> None:
    files = [file(n, unit) for n, unit in enumerate(file_units)]
    reviewers = [Reviewer(f"r{n}", str(n), unit) for n, unit in enumerate(reviewer_units)]
    assume(possible(files, reviewers))
    choices = [list(itertools.combinations([r.id for r in reviewers if not barred(f, r)], 2)) for f in files]

    def cost(held: Any) -> int:
        return sum(n * n for n in Counter(itertools.chain.from_iterable(held)).values())

    assert cost(assign(files, reviewers, seed="7").values()) == min(map(cost, itertools.product(*choices)))


@given(files_, st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_caps_hold_or_the_refusal_says_so(files: list[Reviewable], cap: int) -> None:
    reviewers = [Reviewer(f"r{n}", f"评查员{n}", unit, cap) for n, unit in enumerate(UNITS)]
    try:
        load = Counter(itertools.chain.from_iterable(assign(files, reviewers, seed="1").values()))
    except AssignError as error:
        assert cap and f"已满 {cap} 卷" in str(error)
    else:
        assert not cap or max(load.values()) <= cap


def test_capacity_is_found_by_moving_others() -> None:
    """Only C can take the Changchun file besides B; the greedy order must be undone for it."""
    files = [file(1, "四平"), file(2, "长春")]
    reviewers = [
        Reviewer("a", "甲", "长春", 1),
        Reviewer("b", "乙", "吉林", 2),
        Reviewer("c", "丙", "吉林", 1),
    ]
    for seed in "0123456789":
        assert set(assign(files, reviewers, seed=seed)["f002"]) == {"b", "c"}


def test_refusal_names_file_reviewer_and_reason() -> None:
    reviewers = [
        Reviewer("a", "张三", "长春"),
        Reviewer("b", "李四", "吉林", 0, {"长春": "曾参与该案"}),
        Reviewer("c", "王五", "四平", 0, {}, {"f001": ""}),
        Reviewer("d", "赵六", "延边"),
    ]
    with pytest.raises(AssignError) as caught:
        assign([file(1, "长春"), file(2, "四平")], reviewers, seed="1")
    text = str(caught.value)
    assert "吉人防罚〔2025〕1号" in text and "2号" not in text
    assert "只有 1 名（赵六）" in text
    assert "张三（本单位案卷）" in text and "李四（回避：曾参与该案）" in text and "王五（回避）" in text
    assert "请增派" in text


def test_reviewers_at_work_are_kept() -> None:
    files = [file(n, "长春") for n in range(6)]
    reviewers = [Reviewer(x, x, "吉林") for x in "abcd"]
    before = assign(files, reviewers, seed="3")
    holder, other = before["f000"]
    gone = Reviewer(holder, holder, "吉林", 0, {}, {"f000": "与当事人有利害关系"})
    keep = {f: [r for r in held if (f, r) != ("f000", holder)] for f, held in before.items()}
    after = assign(files, [gone if r.id == holder else r for r in reviewers], seed="3", keep=keep)
    assert other in after["f000"] and holder not in after["f000"]
    assert {f: set(held) for f, held in after.items() if f != "f000"} == {
        f: set(held) for f, held in before.items() if f != "f000"
    }


def test_a_thousand_files_take_seconds_at_most() -> None:
    files = [file(n, UNITS[n % 4]) for n in range(1000)]
    reviewers = [Reviewer(f"r{n}", str(n), UNITS[n % 3]) for n in range(40)]
    load = Counter(itertools.chain.from_iterable(assign(files, reviewers, seed="9").values()))
    assert max(load.values()) - min(load.values()) <= 1
