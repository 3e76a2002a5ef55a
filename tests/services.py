"""The servers of a test run: started once by the first process, found by the others through the environment.

The controller of pytest-xdist starts them and exports their addresses before any setting is read; each worker takes
a database of its own (pytest-django adds the worker's name) and Valkey databases of its own.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from faredown.embedded import processes, services

STARTED_BY = "FAREDOWN_TEST_SERVICES"
GIVEN_DATABASE = "FAREDOWN_TEST_GIVEN_DATABASE"
HOME = Path(tempfile.gettempdir()) / f"faredown-tests-{os.getuid()}"


def ensure() -> None:
    """Exports DATABASE_URL, REDIS_CACHE_URL and REDIS_BROKER_URL; those given from outside are left as they are."""
    if STARTED_BY not in os.environ:
        _start()


def began_here() -> bool:
    """Whether this process is the first of the run."""
    return os.environ[STARTED_BY] == str(os.getpid())


def database_goes_with_the_run() -> bool:
    """Unless its address was given from outside."""
    return GIVEN_DATABASE not in os.environ


def of_worker(number: int) -> dict[str, str]:
    """What differs in the environment of worker 1, 2, ...: it must be there before the worker reads a setting."""
    return {
        name: with_database(os.environ[name], number) for name in (services.CACHE_URL, services.BROKER_URL)
    }


def with_database(url: str, number: int) -> str:
    """The same Valkey, its database `number`."""
    return urlsplit(url)._replace(path=f"/{number}").geturl()


def _start() -> None:
    HOME.mkdir(mode=0o711, exist_ok=True)
    _sweep()
    folder = HOME / str(os.getpid())
    folder.mkdir()
    started: list[processes.Child] = []

    def launch(command: processes.Command) -> processes.Child:
        started.append(processes.spawn(command))
        return started[-1]

    def stop() -> None:
        for child in reversed(started):
            child.stop()
        shutil.rmtree(folder)

    atexit.register(stop)
    if os.environ.get(services.DATABASE_URL):
        os.environ[GIVEN_DATABASE] = "yes"
    os.environ.update(services.start(folder, durable=False, launch=launch))
    os.environ[STARTED_BY] = str(os.getpid())


def _sweep() -> None:
    """Removes the data of runs that were killed. Their servers died with them."""
    for folder in HOME.iterdir():
        if processes.identify(int(folder.name)) is None:
            shutil.rmtree(folder, ignore_errors=True)
