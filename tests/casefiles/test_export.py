"""Stored case files leave as facts, to be graded in bulk or tried under other rules."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from casefiles import CaseFile
from casefiles.takein import export_facts
from foundation import settings
from scoring_rules.commands import rules


def test_stored_files_are_tried_under_other_rules(
    filled: CaseFile, config: settings.Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decided after 72 days: were the term sixty, it would turn on the days that may be left out."""
    monkeypatch.setenv("DATABASE_URL", config.database_url)
    out = tmp_path / "facts.jsonl"
    assert CliRunner().invoke(export_facts, [str(out)]).output == "已导出 1 件。\n"
    (line,) = (json.loads(text) for text in out.read_text(encoding="utf-8").splitlines())
    assert line["facts"]["filed_on"] == "2023-03-01" and "decision" in line["documents"]
    tried = CliRunner().invoke(rules, ["whatif", "now", "--cases", str(out), "--set", "P37.decide_days=60"])
    assert "P37 符合 → 证据缺失：尚缺 依法扣除日数，不能判断" in tried.output
    assert "共 1 件，1 件有变化" in tried.output
