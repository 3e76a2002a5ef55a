"""A program for the supervisor's tests: supervises what its arguments say, in the folder given first."""

from __future__ import annotations

import sys
from pathlib import Path

from faredown.embedded.processes import Command
from faredown.embedded.supervisor import ChildDied, StopRequested, Supervisor

# Starts a child of its own that ignores the polite signals, as a web server's hung worker would.
STUBBORN = """
import os, signal, sys, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
os.fork()
os.write(1, b"%d\\n" % os.getpid())  # at once: two processes share the log
time.sleep(600)
"""
WORKER_OF_A_POLITE_LEADER = STUBBORN.replace(
    "os.fork()", "if os.fork():\n    signal.signal(signal.SIGTERM, signal.SIG_DFL)"
)
POLITE = "import time; time.sleep(600)"
DYING = "import time; time.sleep(0.3); print('the reason it died'); raise SystemExit(3)"
PROGRAMS = {"stubborn": STUBBORN, "workers": WORKER_OF_A_POLITE_LEADER, "polite": POLITE, "dying": DYING}


def main(folder: Path, names: list[str]) -> int:
    try:
        with Supervisor(folder / "run") as supervisor:
            print("leftovers:", *supervisor.stop_leftovers(), flush=True)
            for name in names:
                argv = [sys.executable, "-c", PROGRAMS[name]]
                supervisor.launch(Command(name=name, argv=argv, log=folder / f"{name}.log", grace=0.3))
            print("started", flush=True)
            supervisor.watch()
    except StopRequested:
        return 0
    except ChildDied as death:
        print(death, file=sys.stderr)
        return 1
    return 2


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), sys.argv[2:]))
