"""Agreement figures against published worked examples, and their limits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review.agreement import Severity, Unit, agreement, severity

pairs = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=30)


def single(units: list[Unit]) -> list[list[Unit]]:
    return [[unit] for unit in units]


def test_high_agreement_with_worthless_kappa() -> None:
    """30 files, each reviewer flags one different file: the figures diverge, so all are shown together."""
    units: list[Unit] = [(True, False), (False, True)] + [(False, False)] * 28
    figures = agreement(single(units))
    assert figures["percent"].value == 0.9333
    assert figures["kappa"].value == -0.0345
    assert figures["ac1"].value == 0.9287
    assert figures["alpha"].value == pytest.approx(1 - 59 * 4 / (3600 - 58**2 - 4), abs=1e-4)
    assert figures["percent"].n == 30 and figures["percent"].enough


def test_cohen_kappa_textbook() -> None:
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: observed 0.7, by chance 0.5, kappa 0.4."""
    units: list[Unit] = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    figures = agreement(single(units))
    assert (figures["percent"].value, figures["kappa"].value) == (0.7, 0.4)


def test_krippendorff_nominal_with_missing_values() -> None:
    """Krippendorff 2011, example C: four observers, twelve units, nominal alpha 0.743."""
    columns = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = [list(unit) for unit in zip(*columns, strict=True)]
    figures = agreement(single(units))
    assert figures["alpha"].value == pytest.approx(0.743, abs=0.0005)
    assert figures["ac1"].value == pytest.approx(0.7754, abs=0.0005)
    assert figures["percent"].value == pytest.approx(0.8182, abs=0.0005)


def test_krippendorff_two_observers() -> None:
    """Krippendorff 2011, example B: two observers, twelve units, nominal alpha 0.692."""
    units: list[Unit] = list(zip("aabbdcccedda", "babbbccceddd", strict=True))
    assert agreement(single(units))["alpha"].value == pytest.approx(0.692, abs=0.0005)


def test_no_variation_is_undefined_not_perfect() -> None:
    figures = agreement(single([("met", "met")] * 25))
    assert figures["percent"].value == 1.0 and figures["ac1"].value == 1.0
    assert figures["kappa"].value is None and "无定义" in figures["kappa"].note
    assert figures["alpha"].value is None and not figures["alpha"].enough


def test_few_items_are_marked() -> None:
    figures = agreement(single([("a", "a"), ("a", "b"), ("b", "b")]))
    assert not figures["percent"].enough and "不足 20 个" in figures["percent"].note
    assert agreement([])["percent"].value is None
    assert agreement([[(None, "a")]])["percent"].note == "没有可比的项目"


def test_interval_is_wider_when_items_hang_together() -> None:
    """The same 60 items as 60 files or as 6 files of ten: fewer independent files, wider interval."""
    agree, differ = ("a", "a"), ("a", "b")
    apart = agreement(single([agree] * 40 + [differ] * 20))["percent"]
    together = agreement([[agree] * 10] * 4 + [[differ] * 10] * 2)["percent"]
    assert apart.value == together.value == 0.6667
    assert apart.low is not None and apart.high is not None
    assert together.low is not None and together.high is not None
    assert together.high - together.low > apart.high - apart.low
    assert apart.low == pytest.approx(0.55, abs=0.03)


@given(pairs)
@settings(max_examples=60, deadline=None)
def test_symmetric_bounded_and_repeatable(units: list[tuple[str, str]]) -> None:
    figures = agreement(single(list(units)), replicates=50)
    swapped = agreement(single([(b, a) for a, b in units]), replicates=50)
    assert figures == agreement(single(list(units)), replicates=50)
    for name, figure in figures.items():
        assert figure.value == swapped[name].value
        assert figure.value is None or -1.0 <= figure.value <= 1.0
        if all(a == b for a, b in units):
            assert figure.value in (None, 1.0)


def test_severity_is_against_colleagues_on_the_same_files() -> None:
    assert severity([{"a": 100, "b": 80}, {"a": 50, "c": 50}, {"b": 10}]) == [
        Severity("a", 2, 10.0),
        Severity("b", 1, -20.0),
        Severity("c", 1, 0.0),
    ]
