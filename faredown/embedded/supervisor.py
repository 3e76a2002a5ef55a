"""Runs a set of processes as one: they start in order, those the others need stop last, and none is left behind.

SIGINT, SIGTERM and SIGHUP end the run wherever it is, by raising `StopRequested` in the main thread. A child that dies
ends it with `ChildDied`. Both unwind through `__exit__`, the only place where children are stopped.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from faredown.embedded import processes, servers
from faredown.embedded.processes import Child, Command
from faredown.embedded.roster import Roster

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TICK = 0.1


class StopRequested(BaseException):
    """Somebody asked the run to stop. Not an Exception: nothing on the way may take it for a failure."""


class ChildDied(RuntimeError):
    """A process that should have gone on has ended."""


class Supervisor:
    """Owns the processes of one folder; records and lock lie in `folder`. Used from the main thread, once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._children: list[Child] = []
        self._shielded = False
        self._requested = False
        self._parent = os.getppid()
        self._has_terminal = signal.getsignal(signal.SIGHUP) != signal.SIG_IGN and _terminal_is_there()
        self._handlers: dict[signal.Signals, object] = {}

    def __enter__(self) -> Self:
        self._roster = Roster(self._folder)
        for number in STOP_SIGNALS:
            if (
                number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN
            ):  # nohup ignores it on purpose
                self._handlers[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shielded = True
        for last in (False, True):
            leaving = [child for child in self._children if child.command.stops_last is last]
            processes.stop_all(leaving)
            for child in leaving:
                self._roster.remove(child)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal() gave back
        self._roster.close()

    def stop_leftovers(self) -> list[str]:
        """What an earlier run left in this folder when it was killed."""
        with self._shield():
            return self._roster.stop_leftovers()

    def launch(self, command: Command) -> Child:
        """A process meant to run until the end. Under a name used before, it takes the place of the one that ended."""
        with self._shield():
            child = processes.spawn(command)
            self._children = [other for other in self._children if other.command.name != command.name] + [
                child
            ]
            self._roster.add(child)
        return child

    def run(self, command: Command) -> None:
        """A step that ends by itself; raises ChildDied when it fails, or when another child dies meanwhile."""
        child = self.launch(command)
        self.wait(lambda: child.returncode() is not None, besides=child)
        self._children.remove(child)
        self._roster.remove(child)
        if child.returncode() != 0:
            raise ChildDied(_epitaph(child))

    def wait(self, until: Callable[[], bool], *, besides: Child | None = None) -> None:
        """Returns when `until()`; raises ChildDied when a child (but `besides`) ends first.

        A terminal that closes tells only the leader of its session. Where that is `make`, it waits for us to end and
        tells us nothing, so we look ourselves.
        """
        while not until():
            if self._has_terminal and not _terminal_is_there():
                _leave_terminal()
                raise StopRequested
            for child in self._children:
                if child is not besides and child.returncode() is not None:
                    raise ChildDied(_epitaph(child))
            time.sleep(TICK)

    def watch(self, *, with_parent: bool = False) -> None:
        """Until a child dies or a stop is requested; `with_parent`: also until the process that started us is gone."""
        self.wait(lambda: with_parent and os.getppid() != self._parent)

    @contextmanager
    def _shield(self) -> Iterator[None]:
        """A stop asked for inside waits until the end of the block: no child is started without being recorded."""
        self._shielded = True
        try:
            yield
        finally:
            self._shielded = False
        if self._requested:
            raise StopRequested

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            _leave_terminal()
        if not self._requested and not self._shielded:
            self._requested = True
            raise StopRequested
        self._requested = True


def _terminal_is_there() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _leave_terminal() -> None:
    """The terminal is gone: what is still printed goes nowhere instead of failing."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _epitaph(child: Child) -> str:
    code = child.returncode()
    how = f"was ended by signal {-code}" if code is not None and code < 0 else f"ended with code {code}"
    tail = servers.tail(child.command.log)
    return f"{child.command.name} {how}." + (f" The end of {child.command.log}:\n\n{tail}" if tail else "")
