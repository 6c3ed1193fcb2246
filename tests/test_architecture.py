"""The house rules that a machine can check: imports run one way, rooms are entered by the face."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORDER = ("app", "house", "notices", "review", "casefiles", "registers", "accounts", "foundation")
FREE = "scoring_rules"
MAY_IMPORT_RULES = ("house", "notices", "review", "casefiles")
ROOMS = (*ORDER, FREE)
HARD_LIMIT, VIEW_LIMIT = 400, 25
THIRD_PARTY = (".woff", ".woff2", ".ttf", ".otf", ".min.js", ".min.css", ".map", ".jar", ".whl")


def modules() -> Iterator[tuple[str, Path]]:
    for room in ROOMS:
        if (ROOT / f"{room}.py").exists():
            yield room, ROOT / f"{room}.py"
        for path in sorted((ROOT / room).rglob("*.py")):
            yield room, path


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every imported module name with its line, ``from a import b`` as ``a`` and ``a.b``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module, node.lineno


def may_import(room: str, other: str) -> bool:
    if FREE in (room, other):
        return room in MAY_IMPORT_RULES
    return ORDER.index(room) < ORDER.index(other)


def test_imports_run_one_way() -> None:
    wrong = []
    for room, path in modules():
        for name, line in imports(path):
            top = name.split(".")[0]
            if top not in ROOMS or top == room:
                continue
            if not may_import(room, top):
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert wrong == []


def test_rooms_are_entered_by_their_face() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for room, path in modules()
        for name, line in imports(path)
        if name.split(".")[0] in ROOMS and name.split(".")[0] != room and "." in name
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "command", [("check",), ("bench", "read"), ("rules", "list"), ("grade",), ("laws", "list")], ids=" ".join
)
def test_checking_loads_neither_site_nor_database(command: tuple[str, ...]) -> None:
    """A clerk's ``anheng check`` must not wait seconds for what it does not use."""
    heavy = "flask sqlmodel sqlalchemy reportlab whoosh alembic procrastinate cv2 numpy"
    look = f"""
import sys, app
try: app.cli([*{command!r}, "--help"])
except SystemExit: pass
sys.exit(", ".join(set({heavy!r}.split()) & set(sys.modules)) or 0)"""
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_criteria_are_pure() -> None:
    """scoring_rules knows no web, database or clock."""
    banned = {"flask", "sqlmodel", "sqlalchemy", "requests", "foundation"}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for room, path in modules()
        if room == FREE and path.name not in ("commands.py",)
        for name, line in imports(path)
        if name.split(".")[0] in banned
    ]
    assert wrong == []


def test_the_criteria_read_no_clock() -> None:
    """A rule's answer depends on the file and ``as_of`` only; benchmarks (bulk, commands) may time themselves."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room, path in modules()
        if room == FREE and path.name not in ("commands.py", "bulk.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and re.search(r"\b(date|datetime|time)\.(now|today|time)$", ast.unparse(node.func))
    ]
    assert wrong == []


def test_models_do_not_defer_annotations() -> None:
    """SQLModel relationships break under ``from __future__ import annotations``."""
    wrong = [
        str(path.relative_to(ROOT))
        for _, path in modules()
        if "table=True" in (text := path.read_text(encoding="utf-8")) and "from __future__" in text
    ]
    assert wrong == []


def test_modules_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for _, path in modules()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > HARD_LIMIT
    }
    assert long == {}


def test_views_stay_short() -> None:
    """A view loads, checks, makes one call and answers: at most 25 lines."""
    long = []
    for _, path in modules():
        if not path.name.startswith("views"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.end_lineno:
                count = node.end_lineno - node.lineno + 1
                if count > VIEW_LIMIT:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {count} lines")
    assert long == []


def test_services_do_not_commit() -> None:
    """The request, the job or the command commits once; nothing beneath does."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room, path in modules()
        if room != "foundation"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("session.commit")
    ]
    assert wrong == []


def test_templates_carry_no_inline_script_or_style() -> None:
    """The content security policy forbids both, so a page that has them is broken."""
    wrong = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            inline = "<script" in line and "src=" not in line and 'type="application/json"' not in line
            if (
                inline
                or re.search(r"<[^>{]* style=", line)
                or "<style" in line
                or " onclick=" in line
                or "http://" in line.replace("http://www.w3.org", "")
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{number} {line.strip()[:80]}")
    assert wrong == []


def test_no_third_party_files_are_committed() -> None:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    assert [name for name in done.stdout.splitlines() if name.endswith(THIRD_PARTY)] == []
