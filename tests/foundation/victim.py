"""Work done in a process that the kill tests kill -9.

Started by a fork server of its own, not as a fork of the test's process: that would take along whatever locks
and connections other tests' threads hold, and then fail for reasons of theirs.
"""

import io
import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from foundation import audit, blobs, db, jobs, settings
from tests.foundation import tasks

forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload([__name__, tasks.__name__])


def start(work: Any, *arguments: Any) -> tuple[BaseProcess, Connection]:
    """A process that runs ``work(pipe, *arguments)``, once it is about to, and the end of the pipe to listen on."""
    ear, mouth = forks.Pipe(duplex=False)
    child = forks.Process(target=work, args=(mouth, *arguments), daemon=True)
    child.start()
    mouth.close()
    assert ear.recv() == "ready"
    return child, ear


def store_for_ever(mouth: Connection, config: settings.Settings, turn: int) -> None:
    """Store files of changing sizes; tell each one's digest once it is committed."""
    engine, store = db.make_engine(config.database_url), blobs.BlobStore(config)
    mouth.send("ready")
    for number in range(10_000):
        content = f"{turn}/{number}".encode() * ((number % 7) * 20_000 + 1)
        blob = store.put(io.BytesIO(content))
        with db.session_scope(engine) as session:
            audit.record(
                session, actor=None, action="file.store", target=blob.sha256, office_id="o", text="存"
            )
        mouth.send(blob.sha256)


def work_for_ever(mouth: Connection, config: settings.Settings) -> None:
    """Work off the queue."""
    jobs.use(config)
    mouth.send("ready")
    jobs.work(db.make_engine(config.database_url), config)
