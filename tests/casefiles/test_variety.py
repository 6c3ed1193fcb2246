"""How reading generalises: case files drawn by seed in other offices' layouts, checked against their keys."""

from pathlib import Path

import pytest

from casefiles.check import check_path
from casefiles.keycheck import compare, totals
from tests.casegen.variety import make

SEEDS = (3, 9, 16, 22, 34, 45, 52)
"""An inspection, a summary penalty and ordinary penalties, clean and with faults, as DOCX, PDF and zip."""


@pytest.fixture(scope="module")
def tallies(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("variety")
    found = []
    for seed in SEEDS:
        made = make(seed, scan=False)
        path = Path(folder) / made.name
        path.write_bytes(made.data)
        found.append(compare(check_path(path), made.key))
    return found


def test_same_seed_same_file():
    assert make(16).data == make(16).data


def test_kinds_and_facts_reach_the_floor(tallies):
    figures = totals(tallies)
    told = [line for tally in tallies for line in tally.differences]
    assert figures["kinds"] >= 0.97, told
    assert figures["facts"]["recall"] >= 0.95, told
    assert figures["facts"]["precision"] >= 0.98, told


def test_seeded_faults_are_found_and_nothing_else_is(tallies):
    told = [line for tally in tallies for line in tally.differences]
    assert sum(tally.unfound for tally in tallies) == 0, told
    assert sum(tally.false_alarms for tally in tallies) == 0, told
