"""The supervisor with real processes: whatever ends it, no process is left, and no stranger is touched."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import pytest

from faredown.embedded import processes
from faredown.embedded.processes import Command, Identity
from faredown.embedded.supervisor import ChildDied, Supervisor

ROOT = Path(__file__).parents[3]

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the program under test in its own folder; whatever it left is ended after the test."""
    started: list[subprocess.Popen[str]] = []

    def start(
        *names: str, terminal: int = subprocess.PIPE, under: Sequence[str] = ()
    ) -> subprocess.Popen[str]:
        program = subprocess.Popen(
            [*under, sys.executable, "-m", "tests.faredown.embedded.supervised", str(tmp_path), *names],
            cwd=ROOT,
            text=True,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            preexec_fn=None if terminal == subprocess.PIPE else _own_terminal,  # noqa: PLW1509 (one thread)
        )
        started.append(program)
        return program

    yield start
    for program in started:
        program.kill()
        program.communicate()
    with Supervisor(tmp_path / "run") as cleaner:
        cleaner.stop_leftovers()


def wait_for(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline, "waited 20 s in vain"
        time.sleep(0.02)


def family(folder: Path, *, of: int) -> list[Identity]:
    """The recorded leaders, once there are that many and the ones that fork have told both numbers."""
    records = folder / "run"
    wait_for(lambda: len(list(records.glob("*.json"))) == of)
    for log in folder.glob("*.log"):
        if log.stem in ("stubborn", "workers"):
            wait_for(partial(_tells_both, log))
    return [
        Identity(**json.loads(record.read_text())["identity"]) for record in sorted(records.glob("*.json"))
    ]


def _tells_both(log: Path) -> bool:
    return len(log.read_text().split()) == 2


def living(leaders: list[Identity]) -> list[Identity]:
    return [member for leader in leaders for member in processes.members(leader)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_ends_every_child_and_what_they_started(
    start: Start, tmp_path: Path, number: int
) -> None:
    program = start("polite", "stubborn", "workers")
    leaders = family(tmp_path, of=3)
    assert len(living(leaders)) == 5

    program.send_signal(number)

    assert program.wait(20) == 0
    assert living(leaders) == []
    assert list((tmp_path / "run").glob("*.json")) == []


# As `make` does: takes the hang-up itself, and waits for the program.
WAITING_LEADER = ["sh", "-c", 'trap : HUP; "$@"; exit $?', "sh"]


@pytest.mark.parametrize("under", [[], WAITING_LEADER], ids=["as the leader", "under a leader that waits"])
def test_a_closed_terminal_ends_every_child(start: Start, tmp_path: Path, under: list[str]) -> None:
    ours, theirs = pty.openpty()
    program = start("polite", "workers", terminal=theirs, under=under)
    os.close(theirs)
    leaders = family(tmp_path, of=2)

    os.close(ours)

    assert program.wait(20) == 0
    assert living(leaders) == []


def _own_terminal() -> None:
    os.setsid()
    os.close(os.open(os.ttyname(0), os.O_RDWR))


def test_what_a_killed_run_left_is_ended_by_the_next(start: Start, tmp_path: Path) -> None:
    program = start("polite", "stubborn", "workers")
    leaders = family(tmp_path, of=3)
    program.kill()
    program.wait()
    wait_for(
        lambda: len(living(leaders)) == 3
    )  # told by the kernel, the polite ones have ended by themselves

    again = start()

    assert again.stdout is not None
    assert again.stdout.readline() == "leftovers: stubborn workers\n"
    assert living(leaders) == []


def test_a_stranger_with_a_recorded_number_lives(tmp_path: Path) -> None:
    stranger = processes.spawn(Command(name="stranger", argv=["sleep", "600"], log=None))
    try:
        (tmp_path / "run").mkdir()
        wrong = [
            replace(stranger.identity, started=stranger.identity.started - 1),
            replace(stranger.identity, command="postgres"),
            replace(stranger.identity, boot="another"),
        ]
        for number, identity in enumerate(wrong):
            record = {"identity": asdict(identity), "stop_signal": signal.SIGKILL, "grace": 0}
            (tmp_path / "run" / f"{number}.json").write_text(json.dumps(record))
        (tmp_path / "run" / "cut.json").write_text('{"identity": {"pid": 1')

        with Supervisor(tmp_path / "run") as supervisor:
            assert supervisor.stop_leftovers() == []

        assert stranger.returncode() is None
        assert list((tmp_path / "run").glob("*.json")) == []
    finally:
        stranger.stop()


def test_a_child_that_dies_ends_the_run_with_the_tail_of_its_log(start: Start, tmp_path: Path) -> None:
    program = start("polite", "dying")
    leaders = family(tmp_path, of=2)

    _, errors = program.communicate(timeout=20)

    assert program.returncode == 1
    assert "dying ended with code 3." in errors
    assert errors.endswith("the reason it died\n")
    assert living(leaders) == []


def test_one_folder_takes_one_supervisor(start: Start, tmp_path: Path) -> None:
    first = start("polite")
    family(tmp_path, of=1)

    _, errors = start("polite").communicate(timeout=20)

    assert f"already running here, as process {first.pid}" in errors
    assert first.poll() is None


def test_a_step_that_fails_is_named(tmp_path: Path) -> None:
    with Supervisor(tmp_path / "run") as supervisor:
        supervisor.run(Command(name="good", argv=["true"], log=tmp_path / "good.log"))
        with pytest.raises(ChildDied, match=r"bad ended with code 1\.$"):
            supervisor.run(Command(name="bad", argv=["false"], log=tmp_path / "bad.log"))


def test_a_child_killed_from_outside_is_told_from_one_that_ended(tmp_path: Path) -> None:
    with Supervisor(tmp_path / "run") as supervisor:
        child = supervisor.launch(Command(name="server", argv=["sleep", "600"], log=tmp_path / "server.log"))
        child.process.kill()
        with pytest.raises(ChildDied, match=r"server was ended by signal 9"):
            supervisor.watch()
