"""Child processes that do not outlive us.

Every child leads a session of its own, so that Ctrl-C in a terminal reaches only the parent, which then stops
the children in its own order. A process is always meant by its `Identity`, never by a bare number: numbers are
given out again, and a stranger must not be killed. Linux only: reads /proc.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
KILL_GRACE = 5.0
POLL = 0.02

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Identity:
    """One process of one boot: its number, when it started (clock ticks since boot) and the kernel's name for it."""

    pid: int
    started: int
    command: str
    boot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to start. Without a log it writes where we write. `user` is (uid, gid) to drop to; `grace` is how long its
    `stop_signal` gets before SIGKILL. `stops_last`: the others need it until they have ended."""

    name: str
    argv: Sequence[str]
    log: Path | None
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    user: tuple[int, int] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 10.0
    stops_last: bool = False


@dataclass(frozen=True, slots=True)
class Child:
    command: Command
    identity: Identity
    process: subprocess.Popen[bytes]

    def returncode(self) -> int | None:
        return self.process.poll()

    def stop(self) -> None:
        stop_all([self])


def spawn(command: Command) -> Child:
    """Starts it with its output appended to its log. It gets its own stop signal when we die, however we die."""
    parent = os.getpid()

    def before_exec() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(command.stop_signal), 0, 0, 0)
        if os.getppid() != parent:  # we died before the line above took effect
            os.kill(os.getpid(), signal.SIGKILL)

    uid, gid = command.user or (None, None)
    with command.log.open("ab") if command.log else contextlib.nullcontext() as log:
        process = subprocess.Popen(
            list(command.argv),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log and subprocess.STDOUT,
            env=None if command.env is None else dict(command.env),
            cwd=command.cwd,
            user=uid,
            group=gid,
            extra_groups=None if gid is None else [gid],
            start_new_session=True,
            preexec_fn=before_exec,  # noqa: PLW1509 (it takes no lock; only the main thread spawns)
        )
    identity = identify(process.pid, even_dead=True)
    if identity is None:  # cannot be: an unreaped child always has its entry
        raise RuntimeError(f"{command.name}: no /proc entry for process {process.pid}")
    return Child(command, identity, process)


def stop_all(children: Sequence[Child]) -> None:
    """Side by side: all are asked first, then each is waited for."""
    for child in children:
        send(child.identity, child.command.stop_signal)
    for child in children:
        settle(child.identity, child.command.grace, reap=child.process.poll)
        child.process.wait()


def identify(pid: int, *, even_dead: bool = False) -> Identity | None:
    """None when there is no such process, or only its unreaped remains."""
    facts = _stat(pid)
    if facts is None or (facts.state in "ZX" and not even_dead):
        return None
    return Identity(pid, facts.started, facts.command, _boot())


def is_alive(identity: Identity) -> bool:
    return identify(identity.pid) == identity


def members(leader: Identity) -> list[Identity]:
    """The living processes of the session this process led, itself included, also after its own death.

    The kernel does not give a number out again while a session carries it, so a process that has the leader's
    number without being the leader proves that the session is empty.
    """
    if _boot() != leader.boot:
        return []
    there = _stat(leader.pid)
    if there is not None and (there.started, there.command) != (leader.started, leader.command):
        return []
    found = []
    for pid in _pids():
        facts = _stat(pid)
        if (
            facts is None
            or facts.session != leader.pid
            or facts.started < leader.started
            or facts.state in "ZX"
        ):
            continue
        found.append(Identity(pid, facts.started, facts.command, leader.boot))
    return found


def settle(leader: Identity, grace: float, *, reap: Callable[[], object] = lambda: None) -> None:
    """Waits for a whole session that was asked to stop, then kills what is left of it."""
    if _gone(leader, grace, reap):
        return
    for member in members(leader):
        send(member, signal.SIGKILL)
    if not _gone(leader, KILL_GRACE, reap):
        raise RuntimeError(f"process {leader.pid} ({leader.command}) survived SIGKILL")


def send(identity: Identity, number: signal.Signals) -> None:
    """Signals that process and no other: the descriptor is opened first, the identity checked after."""
    with contextlib.suppress(ProcessLookupError):
        descriptor = os.pidfd_open(identity.pid)
        try:
            if is_alive(identity):
                signal.pidfd_send_signal(descriptor, number)
        finally:
            os.close(descriptor)


def _gone(leader: Identity, within: float, reap: Callable[[], object]) -> bool:
    deadline = time.monotonic() + within
    while True:
        reap()
        if not members(leader):
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)


@dataclass(frozen=True, slots=True)
class _Stat:
    command: str
    state: str
    session: int
    started: int


def _stat(pid: int) -> _Stat | None:
    """/proc/PID/stat: the name stands in brackets and may hold any character, so the fields count from the last one."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    head, _, tail = text.rpartition(")")
    fields = tail.split()
    return _Stat(head.partition("(")[2], fields[0], int(fields[3]), int(fields[19]))


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit())


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
