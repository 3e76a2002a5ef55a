"""What the two kinds of embedded server share: how one is started, waited for, and stopped when it does not come up."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from faredown.embedded import ports
from faredown.embedded.processes import Child, Command

Launch = Callable[[Command], Child]

READY_WITHIN = 60.0
PORT_TRIES = 5


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    child: Child


class StartFailed(RuntimeError):
    """A server did not come up; the message ends with the tail of its log."""


def start(
    launch: Launch, command: Callable[[int], Command], ready: Callable[[int], bool]
) -> tuple[Child, int]:
    """Starts `command(port)` on a free port and waits until `ready(port)`; on another when that was taken meanwhile."""
    said = ""
    for _ in range(PORT_TRIES):
        port = ports.free()
        child = launch(command(port))
        if _wait(child, port, ready):
            return child, port
        child.stop()
        said = f"{child.command.name} did not start:\n{tail(child.command.log)}"
        if "in use" not in said:
            break
    raise StartFailed(said)


def secret(file: Path) -> str:
    """The secret kept in this file, made at the first call. Readable by us alone."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24))
    return file.read_text()


def tail(log: Path | None, *, lines: int = 30) -> str:
    if log is None or not log.exists():
        return ""
    with log.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - 64_000))
        return "\n".join(stream.read().decode(errors="replace").splitlines()[-lines:])


def _wait(child: Child, port: int, ready: Callable[[int], bool]) -> bool:
    deadline = time.monotonic() + READY_WITHIN
    while child.returncode() is None and time.monotonic() < deadline:
        if ready(port):
            return True
        time.sleep(0.05)
    return False
