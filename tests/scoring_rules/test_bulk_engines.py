"""Every engine gives the same verdicts, and a bulk run publishes nothing the reference disputes."""

import json
import shutil
import warnings
from datetime import date, datetime
from functools import partial

import pytest

from scoring_rules import bulk, engines
from scoring_rules.bulk import grade_file, load_cases
from scoring_rules.engines import columns_of, polars_engine, python_engine, trace_engine
from scoring_rules.flat import Flattener
from scoring_rules.flat import columns_of as flat_columns
from scoring_rules.generate import generate_cases
from scoring_rules.interchange import case_from, case_to
from scoring_rules.measure import profile_rules
from scoring_rules.peers import PEERS
from scoring_rules.selftest import run_columns
from scoring_rules.source import PackError
from scoring_rules.standard import load_standard, standard_ids
from scoring_rules.to_python import compiled_pack
from scoring_rules.to_spark import Worker, session
from scoring_rules.workdays import work_calendar


@pytest.fixture(scope="module")
def lines(pack, tmp_path_factory):
    path = tmp_path_factory.mktemp("bulk") / "cases.jsonl"
    cases = generate_cases(pack.rules, 120, seed=3, filled=0.9)
    path.write_text(
        "".join(json.dumps(case_to(case), ensure_ascii=False) + "\n" for case in cases), encoding="utf-8"
    )
    return path


def test_a_case_survives_its_interchange_form(pack):
    for case in generate_cases(pack.rules, 60, seed=4, filled=0.8):
        assert case_from(json.loads(json.dumps(case_to(case)))) == case


def test_rule_tests_pass_by_columns(pack):
    pytest.importorskip("polars")
    assert [outcome for outcome in run_columns(pack.rules) if outcome.fault] == []


@pytest.mark.parametrize("id", standard_ids())
@pytest.mark.parametrize("filled", [0.1, 0.5, 0.95])
def test_engines_agree_on_verdicts_and_scores(pack, id, filled):
    """Random cases, many facts unknown or nearly all known, limits and their neighbours, full-width text, and
    days of years that no notice covers (``generate.py`` mixes them in)."""
    standard = load_standard(id)
    cases = list(generate_cases(pack.rules, 150, seed=9, filled=filled))
    reference = list(trace_engine(pack, standard, cases))
    assert list(python_engine(pack, standard, cases)) == reference
    pytest.importorskip("polars")
    assert list(polars_engine(pack, standard, cases)) == reference


@pytest.mark.parametrize("id", standard_ids())
def test_many_cases_go_in_chunks_of_one_kind(pack, id, monkeypatch):
    """Results come back in the order of the cases."""
    pytest.importorskip("polars")
    for limit in ("SIZE", "MANY"):
        monkeypatch.setattr(f"scoring_rules.chunks.{limit}", 64)
    standard, cases = load_standard(id), list(generate_cases(pack.rules, 400, seed=5, filled=0.9))
    engine = columns_of(pack, standard)
    rows = [engine.compiled.encode(case) for case in cases]
    held = engine.load(rows)
    assert len({chunk.kind for chunk in held}) > 3
    assert sorted(at for chunk in held for at in chunk.places) == list(range(400))
    assert list(engine.by_case(engine.run(rows))) == list(trace_engine(pack, standard, cases))


def test_generated_cases_hold_what_engines_may_read_differently(pack):
    facts = [fact.value for case in generate_cases(pack.rules, 300, seed=9) for fact in case.facts.values()]
    assert any(type(value) is date and not work_calendar().covers(value) for value in facts)
    assert any(isinstance(value, str) and any("０" <= mark <= "９" for mark in value) for value in facts)
    assert {type(value) for value in facts} >= {bool, int, str, date, datetime, frozenset, tuple, type(None)}


def test_sql_judges_as_the_reference_does(pack):
    """The query that is generated from the same tree, by DuckDB where it is installed."""
    pytest.importorskip("duckdb", reason="DuckDB comes with anheng[bench]")
    compiled = compiled_pack(pack)
    cases = list(generate_cases(compiled.rules, 80, seed=2, filled=0.8))
    rows = [compiled.encode(case) for case in cases]
    flat = Flattener(compiled).rules()
    load, run = PEERS["duckdb"][1](flat)
    found = [
        column.to_pylist()
        for column in run(load(flat_columns(flat, rows, [case.documents for case in cases])))
    ]
    assert list(zip(*found, strict=True)) == [tuple(compiled.run(row)) for row in rows]


def test_a_file_gives_one_hash_by_every_engine(lines, pack, standard, tmp_path):
    grade = partial(grade_file, lines, pack=pack, standard=standard)
    pytest.importorskip("polars")
    outs = {engine: tmp_path / f"{engine}.jsonl" for engine in ("trace", "python", "polars")}
    totals = {engine: grade(engine=engine, out=out) for engine, out in outs.items()}
    assert len({total["matrix_sha256"] for total in totals.values()}) == 1
    assert len({out.read_bytes() for out in outs.values()}) == 1
    first = json.loads(outs["python"].read_text(encoding="utf-8").splitlines()[0])
    assert set(first) == {"case", "verdicts", "score", "grade", "flagged"}
    assert len(first["verdicts"]) == totals["python"]["rules"]


@pytest.mark.parametrize(("engine", "told"), [("python", [*range(7, 120, 7), 120]), ("polars", [120])])
def test_several_processes_give_the_lines_of_one(engine, told, lines, pack, standard, tmp_path, monkeypatch):
    pytest.importorskip("polars")
    grade = partial(grade_file, lines, engine=engine, pack=pack, standard=standard)
    totals = grade(out=tmp_path / "one.jsonl")
    monkeypatch.setitem(bulk._BATCH, engine, 7)
    monkeypatch.setattr(bulk.os, "cpu_count", lambda: 2)
    counts = []
    again = grade(out=tmp_path / "two.jsonl", progress=counts.append)
    assert again["matrix_sha256"] == totals["matrix_sha256"]
    assert (tmp_path / "two.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes()
    assert counts == told


def test_spark_grades_arrow_batches_in_the_workers(lines, pack, standard):
    """What Spark hands to ``mapInArrow``, without a cluster: batches of lines in, results out."""
    arrow = pytest.importorskip("pyarrow")
    table = arrow.table({"value": lines.read_text(encoding="utf-8").split("\n"), "nr": range(121)})
    batches = list(Worker(pack, standard, "cases.jsonl")(iter(table.to_batches(max_chunksize=50))))
    found = [row for batch in batches for row in batch.to_pylist()]
    cases = list(load_cases(lines))
    assert [row["case"] for row in found] == [case.case for case in cases]
    results = [(row["codes"], (row["low"], row["high"], row["grade"], row["flagged"])) for row in found]
    assert results == list(python_engine(pack, standard, cases))


def test_a_worker_with_other_rules_refuses(pack, standard):
    worker = Worker(pack._replace(hash="0"), standard, "cases.jsonl")
    with pytest.raises(PackError, match="与提交时不同"):
        list(worker(iter(())))


@pytest.mark.slow
def test_spark_gives_the_same_hash(lines, pack, standard):
    """A real session on this machine."""
    pytest.importorskip("pyspark", reason="PySpark comes with anheng[spark]")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17")
    grade = partial(grade_file, lines, out=None, pack=pack, standard=standard)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spark = grade(engine="spark")
        session().stop()
    assert spark["matrix_sha256"] == grade(engine="python")["matrix_sha256"]
    assert spark["canary"] == spark["cases"] == 120


@pytest.mark.parametrize("as_text", [True, False])
def test_parquet_is_read_like_lines(lines, pack, standard, tmp_path, as_text):
    polars = pytest.importorskip("polars")
    given = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()][:20]
    given = [
        {**line, "facts": {k: v for k, v in line["facts"].items() if isinstance(v, str)}} for line in given
    ]
    plain = tmp_path / "cases.jsonl"
    plain.write_text("".join(json.dumps(line) + "\n" for line in given), encoding="utf-8")
    table = [{**line, "facts": json.dumps(line["facts"]) if as_text else line["facts"]} for line in given]
    polars.DataFrame(table, infer_schema_length=None).write_parquet(tmp_path / "cases.parquet")
    grade = partial(grade_file, engine="python", out=None, pack=pack, standard=standard)
    assert grade(tmp_path / "cases.parquet")["matrix_sha256"] == grade(plain)["matrix_sha256"]


def test_the_peers_agree_where_they_are_installed(pack):
    """The engines of the measurement judge as we do: what the comparison compares is the same work."""
    compiled = compiled_pack(pack)
    cases = list(generate_cases(compiled.rules, 12, seed=2, filled=0.9))
    rows = [compiled.encode(case) for case in cases]
    columns = flat_columns(Flattener(compiled).rules(), rows, [sorted(case.documents) for case in cases])
    pytest.importorskip(PEERS["jsonlogic"][0])
    load, run = PEERS["jsonlogic"][1](Flattener(compiled).rules())
    assert run(load(columns)) == [list(compiled.run(row)) for row in rows]


def test_the_canary_refuses_to_publish_a_difference(lines, pack, standard, tmp_path, monkeypatch):
    def wrong(pack, standard, cases):
        for codes, total in python_engine(pack, standard, cases):
            yield bytes([code if at else 3 - code for at, code in enumerate(codes)]), total

    monkeypatch.setitem(engines._ENGINES, "python", wrong)
    out = tmp_path / "out.jsonl"
    with pytest.raises(PackError, match="与参照求值不同"):
        grade_file(lines, engine="python", out=out, pack=pack, standard=standard)
    assert not out.exists()


def test_a_faulty_line_is_named(pack, standard, tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text(
        '{"case": "甲", "facts": {}}\n{"case": "乙", "facts": {"nothing": 1}}\n', encoding="utf-8"
    )
    with pytest.raises(ValueError, match=r"bad.jsonl 第 2 行：事实 nothing 不在事实词表中"):
        grade_file(path, engine="python", out=None, pack=pack, standard=standard)


def test_the_profile_accounts_for_every_operation(pack):
    pytest.importorskip("polars")
    standard = load_standard()
    told = profile_rules(pack, standard, 100)
    assert told["python"]["of the case"] > told["python"]["of rows"] > 0
    columns, writer = told["polars"], columns_of(pack, standard).writer(None)
    assert sum(part["operations"] for part in columns["parts"].values()) == len(writer.body)
    assert columns["cases"] == 100
    assert columns["parts"]["planes"]["operations"] > columns["parts"]["comparisons"]["operations"] > 0
