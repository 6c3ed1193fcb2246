"""Commands that keep the system running: serve, work, migrate, back up, verify, examine."""

from typing import Any

import click

from foundation.commands.doctor import Check, doctor, examine, register_check
from foundation.commands.keep import audit_group, backup, register_cleaner, restore, sweep
from foundation.commands.schema import upgrade
from foundation.commands.serve import migrate, register_welcome, run, worker
from foundation.errors import AnhengError


class Commands(click.Group):
    """A group whose commands print an expected error as one sentence and its remedy, and exit 1."""

    def invoke(self, context: click.Context) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(context)
        except AnhengError as error:
            raise click.ClickException(str(error)) from error


commands: list[click.Command] = [run, worker, migrate, audit_group, backup, restore, sweep, doctor]

__all__ = [
    "Check",
    "Commands",
    "commands",
    "examine",
    "register_check",
    "register_cleaner",
    "register_welcome",
    "upgrade",
]
