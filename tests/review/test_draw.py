"""The draw: reproducible by anyone from the published list and seed, and by nobody before the seed."""

import copy
import json
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review.draw import DrawError, Entry, Frozen, Plan, draw, freeze, quotas

CHECKER = Path(__file__).parents[2] / "static" / "verify_draw.py"
check = runpy.run_path(str(CHECKER))["check"]
FROZEN_AT, FIXED_AT = "2026-11-02T01:00:00+00:00", "2026-11-03T01:30:00+00:00"


def entry(n: int, office: str = "220100", kind: str = "penalty", team: str = "", must: str = "") -> Entry:
    return Entry(f"01C{n:05d}", office, f"单位{office}", kind, f"吉人防罚〔2025〕{n}号", team, must)


entries = st.lists(
    st.builds(
        entry,
        st.integers(0, 400),
        st.sampled_from(["220100", "220200", "222400"]),
        st.sampled_from(["penalty", "licence", "inspection"]),
        st.sampled_from(["", "a1", "b2", "c3"]),
        st.sampled_from(["", "", "", "败诉"]),
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda e: e.case,
)
plans = st.builds(Plan, st.integers(0, 8), st.integers(0, 3))


def frozen(items: list[Entry], plan: Plan = Plan(3, 1)) -> Frozen:  # noqa: B008
    return freeze(
        round_id="01R", title="2026年评查", entries=items, plan=plan, seed_source="双色球第2026130期"
    )


def drawn(items: list[Entry], seed: str = "0102030405", plan: Plan = Plan(3, 1)) -> dict[str, Any]:  # noqa: B008
    return draw(frozen(items, plan), seed=seed, how="公证员抄录", frozen_at=FROZEN_AT, fixed_at=FIXED_AT)


@given(entries, plans, st.randoms())
@settings(max_examples=60, deadline=None)
def test_order_of_submission_does_not_matter(items: list[Entry], plan: Plan, random: Any) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    assert drawn(items, plan=plan) == drawn(shuffled, plan=plan)


@given(entries, st.data())
@settings(max_examples=60, deadline=None)
def test_any_change_of_the_list_changes_its_hash(items: list[Entry], data: Any) -> None:
    index = data.draw(st.integers(0, len(items) - 1))
    field = data.draw(st.sampled_from(["office", "kind", "number", "team", "must"]))
    old = items[index]
    changed = Entry(**{**old.__dict__, field: getattr(old, field) + "x"})
    assert frozen(items).sha256 != frozen([*items[:index], changed, *items[index + 1 :]]).sha256


@given(entries, plans, st.from_regex(r"[0-9]{6,12}", fullmatch=True))
@settings(max_examples=80, deadline=None)
def test_checker_agrees_and_every_quota_holds(items: list[Entry], plan: Plan, seed: str) -> None:
    record = drawn(items, seed, plan)
    assert check(json.loads(json.dumps(record))) == []
    taken = {s["case"]: s["why"] for s in record["selected"]}
    assert {e.case for e in items if e.must} == {case for case, why in taken.items() if why == "must"}
    for office in {e.office for e in items}:
        pool = [e for e in items if e.office == office and not e.must]
        got = sum(1 for e in pool if e.case in taken)
        assert got >= min(plan.per_office or len(pool), len(pool))
        for kind, size in Counter(e.kind for e in pool).items():
            assert sum(1 for e in pool if e.kind == kind and e.case in taken) >= min(size, plan.per_kind)


@given(entries, st.data())
@settings(max_examples=60, deadline=None)
def test_checker_finds_tampering(items: list[Entry], data: Any) -> None:
    record = drawn(items)
    forged = copy.deepcopy(record)
    what = data.draw(st.sampled_from(["drop", "order", "seed", "number", "must", "plan", "time", "stratum"]))
    if what == "drop":
        forged["selected"].pop()
    elif what == "order":
        forged["selected"][0]["rank"] = "0" * 64
    elif what == "seed":
        forged["seed"]["value"] += "1"
    elif what == "number":
        forged["list"]["entries"][0]["number"] += "改"
    elif what == "must":
        forged["list"]["entries"][0]["must"] += "改"
    elif what == "plan":
        forged["list"]["plan"]["per_office"] += 1
    elif what == "time":
        forged["seed"]["fixed_at"] = FROZEN_AT
    else:
        forged["strata"][0]["random"] += 1
    assert check(forged), what


def test_published_hash_is_compared() -> None:
    record = drawn([entry(n) for n in range(8)])
    assert check(record, record["list_sha256"].upper()) == []
    assert check(record, "0" * 64) == ["名单与抽样前公布的哈希值不符。"]


def test_checker_runs_alone(tmp_path: Path) -> None:
    record = drawn([entry(n) for n in range(8)])
    good, bad = tmp_path / "抽样记录.json", tmp_path / "bad.json"
    good.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    record["selected"] = record["selected"][:-1]
    bad.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    run = [sys.executable, "-I", "-X", "utf8", str(CHECKER)]
    ok = subprocess.run([*run, str(good)], capture_output=True, text=True, encoding="utf-8", check=False)
    wrong = subprocess.run([*run, str(bad)], capture_output=True, text=True, encoding="utf-8", check=False)
    absent = subprocess.run(
        [*run, str(tmp_path / "no")], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (ok.returncode, ok.stdout[:2]) == (0, "一致")
    assert (wrong.returncode, "缺少" in wrong.stdout) == (1, True)
    assert (absent.returncode, "重新下载" in absent.stdout) == (1, True)


def test_one_case_of_each_officer_pair_first() -> None:
    items = [entry(n, team="甲乙") for n in range(20)] + [entry(20, team="丙丁"), entry(21, team="戊己")]
    teams = {e.case: e.team for e in items}
    assert {teams[s["case"]] for s in drawn(items)["selected"]} == {"甲乙", "丙丁", "戊己"}


def test_every_case_has_about_the_same_chance() -> None:
    items = [entry(n) for n in range(10)]
    hits = Counter(s["case"] for k in range(600) for s in drawn(items, f"{k:06d}")["selected"])
    assert sum(hits.values()) == 1800
    assert all(130 <= count <= 232 for count in hits.values()), hits  # 180 expected, ±4.5 σ


@pytest.mark.parametrize(
    ("sizes", "plan", "expected"),
    [
        ({"penalty": 30, "licence": 2}, Plan(10, 1), {"penalty": 9, "licence": 1}),
        ({"penalty": 4, "licence": 2}, Plan(10, 1), {"penalty": 4, "licence": 2}),
        ({"penalty": 9, "licence": 9}, Plan(0, 1), {"penalty": 9, "licence": 9}),
        (
            {"penalty": 9, "licence": 9, "inspection": 9},
            Plan(10, 5),
            {"penalty": 5, "licence": 5, "inspection": 5},
        ),
        ({"a": 5, "b": 5, "c": 5}, Plan(4, 0), {"a": 2, "b": 1, "c": 1}),
    ],
)
def test_quotas(sizes: dict[str, int], plan: Plan, expected: dict[str, int]) -> None:
    assert quotas(sizes, plan) == expected


def test_refusals_name_the_remedy() -> None:
    with pytest.raises(DrawError, match="催报"):
        frozen([])
    with pytest.raises(DrawError, match=r"〔2025〕1号 在名单中出现两次"):
        frozen([entry(1), entry(1, kind="licence")])
    with pytest.raises(DrawError, match="当众掷骰"):
        freeze(round_id="r", title="t", entries=[entry(1)], plan=Plan(), seed_source=" ")
    with pytest.raises(DrawError, match="只有 3 位"):
        drawn([entry(1)], " 1 2 3 ")
    with pytest.raises(DrawError, match="冻结之后"):
        draw(frozen([entry(1)]), seed="123456", how="", frozen_at=FIXED_AT, fixed_at=FIXED_AT)
    with pytest.raises(DrawError, match="哈希值不符"):
        draw(Frozen(frozen([entry(1)]).text + " ", "0"), seed="123456", how="", frozen_at="1", fixed_at="2")


def test_seed_written_in_wide_digits_is_the_same_seed() -> None:
    items = [entry(n) for n in range(9)]
    assert drawn(items, "０１ ０２ ０３")["selected"] == drawn(items, "010203")["selected"]
