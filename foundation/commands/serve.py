"""``anheng run``, ``worker`` and ``migrate``."""

import importlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import click

from foundation import db, jobs
from foundation.commands import keep, schema
from foundation.settings import Settings

Welcome = Callable[[Settings], list[str]]
_welcomes: list[Welcome] = []


def register_welcome(tell: Welcome) -> Welcome:
    """A room adds lines that ``anheng run`` prints before it serves (addresses, demonstration accounts)."""
    _welcomes.append(tell)
    return tell


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", default=8000, show_default=True, help="端口")
@click.option("--processes", default=2, show_default=True, help="网页进程数")
@click.option("--threads", default=8, show_default=True, help="每个进程的线程数")
@click.option("--worker/--no-worker", "with_worker", default=True, help="是否同时运行后台任务")
@click.option("--demo", is_flag=True, help="先生成示范数据，并走完一轮评查")
@click.pass_context
def run(
    context: click.Context, host: str, port: int, processes: int, threads: int, with_worker: bool, demo: bool
) -> None:
    """启动网站和后台任务。"""
    settings = Settings.from_env()
    schema.prepare(settings)
    if demo:
        _demonstrate(context)
    for tell in _welcomes:
        for line in tell(settings):
            click.echo(line)
    click.echo(f"网站地址：http://{host}:{port}/ （按 Ctrl+C 停止）")
    stop = _start_worker() if with_worker else (lambda: None)
    parent = os.getpid()
    try:
        _serve(context.obj, host, port, processes, threads)
    finally:
        if os.getpid() == parent:  # gunicorn's own processes pass here too when they end
            stop()


@click.command()
@click.option("--once", is_flag=True, help="处理完现有任务后退出")
def worker(once: bool) -> None:
    """运行后台任务（识别、检查、生成文书）。"""
    settings = Settings.from_env()
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    engine = db.make_engine(settings.database_url)
    if not once:
        threading.Thread(target=keep.keep_clean, args=(engine, settings, stop), daemon=True).start()
    jobs.work(engine, settings, once=once, stop=stop)
    logging.shutdown()
    os._exit(
        0
    )  # a task that reached no checkpoint is back in its queue; its thread must not hold the process


@click.command()
def migrate() -> None:
    """把数据库升级到此程序版本的结构。"""
    schema.prepare(Settings.from_env())
    click.echo("数据库结构已是最新。")


def _demonstrate(context: click.Context) -> None:
    """Run ``anheng demo`` with its defaults: the examples through upload, score, panel and circular."""
    group = context.find_root().command
    found = group.get_command(context, "demo") if isinstance(group, click.Group) else None
    if found is None:
        raise click.UsageError("此安装不含示范数据。")
    context.invoke(found)


def _start_worker() -> Callable[[], None]:
    """Keep one worker process beside the site; started again if it dies. Returns what stops it."""
    ended = threading.Event()
    command = [sys.executable, "-m", "app", "worker"]
    current: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not ended.is_set():
            current[:] = [subprocess.Popen(command)]  # noqa: S603  (our own program)
            current[0].wait()
            ended.wait(2)

    def stop() -> None:
        ended.set()
        for process in current:
            process.terminate()
            try:
                process.wait(timeout=8)
            except subprocess.TimeoutExpired:
                process.kill()

    threading.Thread(target=keep, daemon=True).start()
    return stop


def _serve(factory: Callable[[], Any], host: str, port: int, processes: int, threads: int) -> None:
    """Serve with gunicorn's threads; with waitress on Windows, where gunicorn does not run."""
    # Server libraries are loaded here only: no other command needs them, and each runs on one platform.
    if os.name == "nt":
        importlib.import_module("waitress").serve(factory(), host=host, port=port, threads=threads)
        return
    site = importlib.import_module("foundation.commands.site")
    site.Site(factory, f"{host}:{port}", processes, threads).run()
