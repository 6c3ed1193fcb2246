"""All commands on case files."""

import click

from casefiles import checking
from casefiles.measure import bench_search, bench_web
from casefiles.takein import reindex, upload

commands: list[click.Command] = [*checking.commands, upload, reindex]
bench_commands: list[click.Command] = [*checking.bench_commands, bench_search, bench_web]
"""Commands of the group ``anheng bench``."""
