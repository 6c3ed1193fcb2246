"""All commands on case files, and what ``anheng doctor`` says of reading."""

from collections.abc import Iterator

import click

from casefiles import checking
from casefiles.measure import bench_search, bench_web
from casefiles.reading import office
from casefiles.takein import export_facts, reindex, upload
from foundation import commands as keeping
from foundation import settings

commands: list[click.Command] = [*checking.commands, upload, reindex, export_facts]
bench_commands: list[click.Command] = [*checking.bench_commands, bench_search, bench_web]
"""Commands of the group ``anheng bench``."""


@keeping.register_check
def check_office(_config: settings.Settings) -> Iterator[keeping.Check]:
    """LibreOffice is no necessity: without it old Word files give words only, and Word files no pages."""
    absent = "未安装（可选）：旧版 .doc 只读出文字，Word 文书没有页码和版面图"
    yield keeping.Check("LibreOffice", True, office() or absent)
