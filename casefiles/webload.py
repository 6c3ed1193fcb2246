"""The client of ``anheng bench web``: sixteen connections, each asking for one page after another.

A program of its own with nothing but sockets, so that measuring takes as little as possible of the processor
that the server under measurement runs on: ``python webload.py PORT PATH COOKIE CONNECTIONS SECONDS``.
"""

import json
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Asking:
    """One connection: when its request went out, what has come back and how much must come."""

    line: socket.socket
    sent: float = 0.0
    got: bytearray = field(default_factory=bytearray)
    length: int = 0


def load(port: int, path: str, cookie: str, connections: int, seconds: float) -> list[float]:
    """Ask until the time is over; the milliseconds each whole answer took. Any answer but 200 ends it."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\nCookie: {cookie}\r\n\r\n"
    )
    words, taken, waiting = request.encode(), list[float](), selectors.DefaultSelector()
    end = time.perf_counter() + seconds
    for _ in range(connections):
        asking = Asking(socket.create_connection(("127.0.0.1", port), timeout=60))
        waiting.register(asking.line, selectors.EVENT_READ, asking)
        _ask(asking, words)
    while waiting.get_map():
        for key, _events in waiting.select():
            asking = key.data
            if not _whole(asking):
                continue
            now = time.perf_counter()
            taken.append((now - asking.sent) * 1000)
            if now < end:
                _ask(asking, words)
            else:
                waiting.unregister(asking.line)
                asking.line.close()
    return taken


def _ask(asking: Asking, words: bytes) -> None:
    asking.got.clear()
    asking.length = 0
    asking.sent = time.perf_counter()
    asking.line.sendall(words)


def _whole(asking: Asking) -> bool:
    """Take in what has come; whether that completes the answer."""
    part = asking.line.recv(1 << 18)
    asking.got += part
    if not asking.length:
        head, gap, _ = asking.got.partition(b"\r\n\r\n")
        if gap:
            if b" 200 " not in head.split(b"\r\n", 1)[0]:
                raise SystemExit(head.decode("latin-1").splitlines()[0])
            size = head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
            asking.length = len(head) + 4 + int(size)
    if not part and len(asking.got) != asking.length:
        raise SystemExit("the server closed the connection")
    return bool(asking.length) and len(asking.got) >= asking.length


if __name__ == "__main__":
    port, path, cookie, connections, seconds = sys.argv[1:]
    print(json.dumps(load(int(port), path, cookie, int(connections), float(seconds))))
