"""The documents say what is so: settings, commands, make targets and pictures they name exist."""

import re
from pathlib import Path

import click
import pytest

from app import cli

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "README.zh-CN.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
]


def test_every_setting_is_in_the_deployment_guide() -> None:
    code = (ROOT / "foundation" / "settings.py").read_text(encoding="utf-8")
    named = set(re.findall(r'env\.get\("([A-Z_]+)"', code))
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert {name for name in named if f"`{name}`" not in guide} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_targets_and_files_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for words in re.findall(r"anheng((?: [a-z]+)+)", text):
        command: click.Command = cli
        for word in words.split():
            if not isinstance(command, click.Group):
                break
            named = command.get_command(click.Context(command), word)
            assert named is not None, f"{document.name}: anheng{words}"
            command = named
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|^ {4})make ([a-z]+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{document.name}: make {target}"
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (document.parent / link).exists(), f"{document.name}: {link}"
