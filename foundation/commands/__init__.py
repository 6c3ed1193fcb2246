"""Commands that keep the system running: serve, work, migrate, back up, verify, examine."""

import click

from foundation.commands.doctor import Check, doctor, examine, register_check
from foundation.commands.keep import audit_group, backup, register_cleaner, restore, sweep
from foundation.commands.schema import upgrade
from foundation.commands.serve import migrate, register_welcome, run, worker

commands: list[click.Command] = [run, worker, migrate, audit_group, backup, restore, sweep, doctor]

__all__ = [
    "Check",
    "commands",
    "examine",
    "register_check",
    "register_cleaner",
    "register_welcome",
    "upgrade",
]
