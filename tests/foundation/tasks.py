"""Tasks that the tests of the jobs run, in their own process or in one that is killed."""

import time
from pathlib import Path

from foundation import errors, jobs

STEPS = 3
WORKERS = 2


@jobs.task("test.steps")
def run_steps(context: jobs.Context, *, log: str, seconds: float = 0.0) -> str:
    """Append a line per step, with the step recorded as done afterwards."""
    for number in range(STEPS):
        context.step(f"step{number}", lambda number=number: write(log, f"{context.job_id} {number}", seconds))
        context.progress(number + 1, STEPS, f"第 {number + 1} 步")
    return "完成"


@jobs.task("test.fail")
def fail(_context: jobs.Context, *, expected: bool) -> None:
    """End as a task does that meets bad input, or a fault nobody expected."""
    if expected:
        raise errors.Refused("文件不能读取。", "请重新扫描后上传。")
    raise KeyError("surprise")


@jobs.task("test.hang", timeout=1)
def hang(context: jobs.Context) -> None:
    """Outlast the time-out, then try to write."""
    time.sleep(2.5)
    context.progress(1, 1, "不应写入")


def write(log: str, line: str, seconds: float) -> str:
    """The work of a step: its time and a line."""
    time.sleep(seconds)
    with Path(log).open("a", encoding="utf-8") as target:
        target.write(line + "\n")
    return line
