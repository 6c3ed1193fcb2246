"""Commands of the room: print frozen results, check a draw record."""

import json
import runpy
from pathlib import Path

import click

from foundation import db, settings
from review.models import Round
from review.results import frozen_results

CHECKER = Path(__file__).parents[1] / "static" / "verify_draw.py"


@click.group("review")
def review() -> None:
    """评查活动：冻结结果、抽样复核。"""


@review.command("results")
@click.argument("round_id")
def results(round_id: str) -> None:
    """Print the (frozen) results of a round as JSON."""
    with db.one_off(settings.Settings.from_env().database_url, reading=True) as session:
        round_ = session.get(Round, round_id)
        if round_ is None:
            raise click.ClickException(f"没有编号为 {round_id} 的评查活动。请用评查活动页地址中的编号。")
        click.echo(json.dumps(frozen_results(session, round_), ensure_ascii=False, indent=1, sort_keys=True))


@review.command("verify-draw")
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify_draw(record: Path) -> None:
    """Check a draw record with the published standalone checker."""
    wrong = runpy.run_path(str(CHECKER))["check"](json.loads(record.read_text(encoding="utf-8")))
    for sentence in wrong:
        click.echo(sentence)
    if wrong:
        raise click.ClickException("抽样记录核对不一致。")
    click.echo("抽样记录核对一致。")


commands: list[click.Command] = [review]
