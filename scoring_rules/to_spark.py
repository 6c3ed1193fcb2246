"""Grading by Spark: the same compiled rules over Arrow batches, by ``DataFrame.mapInArrow``.

Spark reads the file itself and hands its workers batches of stored cases; a worker decodes and grades them
as any engine does. Results come back in the order of the file.
"""

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .bulk import Named, grade_records
from .pack import Pack, load_pack
from .source import PackError
from .standard import Standard, load_standard
from .tariff import Total

_SCHEMA = "nr long, case string, codes binary, low long, high long, grade string, flagged boolean"
_BLOCK = 10_000


class Worker:
    """Grades Arrow batches of stored cases: a column ``nr`` and either ``value``, the text of a line, or the
    columns of a case. It goes to the workers as names and hashes; they load the rules themselves."""

    def __init__(self, pack: Pack, standard: Standard, name: str) -> None:
        self.pack, self.standard, self.name = pack.hash, standard.full_id, name

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        arrow = importlib.import_module("pyarrow")
        pack = load_pack()
        standard = load_standard(self.standard.partition("@")[0])
        if (pack.hash, standard.full_id) != (self.pack, self.standard):
            raise PackError("spark", "工作节点上的规则或标准与提交时不同", "各节点安装同一版本")
        for batch in batches:
            rows = batch.to_pylist()
            stored = [(row.pop("nr"), row.get("value", row)) for row in rows]
            kept = [
                (number, record) for number, record in stored if not isinstance(record, str) or record.strip()
            ]
            results = grade_records(pack, standard, "python", self.name, kept)
            columns: dict[str, list[Any]] = {name.split()[0]: [] for name in _SCHEMA.split(", ")}
            for (number, _), (case, (codes, total)) in zip(kept, results, strict=True):
                for column, value in zip(columns.values(), (number, case, codes, *total), strict=True):
                    column.append(value)
            yield arrow.RecordBatch.from_pydict(columns)


def session() -> Any:
    """The running Spark session, or one on all processors of this machine."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = importlib.import_module("pyspark.sql").SparkSession.builder.appName("anheng")
    builder = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    return builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", str(_BLOCK)).getOrCreate()


def grade(path: Path, pack: Pack, standard: Standard) -> Iterator[list[Named]]:
    """The results of a file, in blocks, in the order of its lines."""
    spark = session()
    functions = importlib.import_module("pyspark.sql.functions")
    given = spark.read.parquet(str(path)) if path.suffix == ".parquet" else spark.read.text(str(path))
    numbered = given.withColumn("nr", functions.monotonically_increasing_id())
    graded = numbered.mapInArrow(Worker(pack, standard, path.name).__call__, _SCHEMA).sort("nr")
    block: list[Named] = []
    for row in graded.toLocalIterator():
        total = Total(row.low, row.high, row.grade, row.flagged)
        block.append((row.case, (bytes(row.codes), total)))
        if len(block) == _BLOCK:
            yield block
            block = []
    if block:
        yield block


__all__ = ["Worker", "grade", "session"]
