"""LibreOffice, where it is installed: old formats brought to new ones, Word documents set on pages.

It is a program of others that opens what a stranger sent: it runs in a profile of its own that allows no macro and
fetches nothing, with limits on time, memory and what it writes, and is ended with all its children.
"""

import contextlib
import importlib
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

SECONDS = 40.0
SECONDS_A_FILE = 10.0
_MIB = 1024 * 1024
_LIMITS = {"RLIMIT_DATA": 2048 * _MIB, "RLIMIT_FSIZE": 512 * _MIB, "RLIMIT_NOFILE": 1024, "RLIMIT_CORE": 0}
_OPTIONS = (
    ("Security/Scripting", "DisableMacrosExecution"),
    ("Security/Scripting", "DisableActiveContent"),
    ("Security/Scripting", "BlockUntrustedRefererLinks"),
)
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + "".join(
        f'<item oor:path="/org.openoffice.Office.Common/{path}"><prop oor:name="{name}" oor:op="fuse">'
        "<value>true</value></prop></item>"
        for path, name in _OPTIONS
    )
    + "</oor:items>\n"
)


def office() -> str | None:
    """The program, from ANHENG_OFFICE (``off``: none) or the search path."""
    named = os.environ.get("ANHENG_OFFICE")
    if named == "off":
        return None
    return named or shutil.which("soffice") or shutil.which("libreoffice")


def convert(paths: Sequence[Path], ending: str, kind: str, folder: Path) -> list[Path | None]:
    """Each file, taken for one with ``ending``, as ``kind`` (docx, xlsx, pdf) in ``folder``; ``None`` for what
    fails, or for all where LibreOffice is not installed. One start serves them all: it takes longer than a file."""
    program = office()
    if program is None or not paths:
        return [None] * len(paths)
    sources = [folder / f"{number}.{ending}" for number in range(len(paths))]
    for path, source in zip(paths, sources, strict=True):
        shutil.copyfile(path, source)
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_PROFILE, encoding="utf-8")
    command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore"]
    command += ["--convert-to", kind, "--outdir", str(folder), *map(str, sources)]
    _run(command, SECONDS + SECONDS_A_FILE * len(paths))
    made = [source.with_suffix(f".{kind}") for source in sources]
    return [path if path.exists() else None for path in made]


def _run(command: Sequence[str], seconds: float) -> None:
    """Run to the end or to the limit of time; what was made until then counts."""
    process = subprocess.Popen(  # noqa: S603 - a program the administrator chose, no shell
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, preexec_fn=_limit if os.name == "posix" else None,
    )  # fmt: skip
    try:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """The starter and the program itself, which is its child."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _limit() -> None:
    resource = importlib.import_module("resource")
    for name, value in _LIMITS.items():
        which = getattr(resource, name)
        hard = resource.getrlimit(which)[1]
        resource.setrlimit(which, (value if hard < 0 else min(value, hard), hard))
