"""The application: ``create_app`` and the command line, nothing else."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from foundation import errors

if TYPE_CHECKING:
    from foundation import settings, web


class Commands(click.Group):
    """A group whose commands are loaded when they are named: the whole house takes seconds to load.

    ``homes``: where a command is that needs neither site nor database; every other one is the house's.
    ``shelf``: the list of such a module that holds the group's commands.
    """

    def __init__(self, *args: Any, homes: Mapping[str, str], shelf: str = "commands", **options: Any) -> None:
        super().__init__(*args, **options)
        self.homes = homes
        self.shelf = shelf

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of that name, from the one module that holds it."""
        return super().get_command(context, name) or self._shelf(self.homes.get(name, "house")).get(name)

    def list_commands(self, context: click.Context) -> list[str]:
        """Every name, for the help."""
        return sorted({*super().list_commands(context), *self._shelf("house")})

    def _shelf(self, module: str) -> dict[str, click.Command]:
        return {str(command.name): command for command in getattr(import_module(module), self.shelf)}

    def invoke(self, context: click.Context) -> Any:
        """Run the chosen command; print an expected error as one sentence and its remedy, and exit 1."""
        try:
            return super().invoke(context)
        except errors.AnhengError as error:
            raise click.ClickException(str(error)) from error


def create_app(config: "Mapping[str, Any] | settings.Settings | None" = None) -> "web.Application":
    """Build the web application; ``config`` as ``house.create_app`` says."""
    site: web.Application = import_module("house").create_app(config)
    return site


CRITERIA = dict.fromkeys(("rules", "grade", "laws"), "scoring_rules.commands")


@click.group(cls=Commands, homes={"check": "casefiles.checking", **CRITERIA})
@click.pass_context
def cli(context: click.Context) -> None:
    """案衡：行政执法案卷管理与评查。"""
    context.obj = create_app


@cli.group(
    cls=Commands,
    shelf="bench_commands",
    homes={"read": "casefiles.checking", "rules": "scoring_rules.commands"},
)
def bench() -> None:
    """量测：自身与同类并列，一次运行。"""


if __name__ == "__main__":
    cli()
