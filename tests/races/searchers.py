"""Processes of travellers who all press the button at the same moment.

`python -m tests.races.searchers FOLDER NUMBER`: waits for the file `go` in FOLDER, searches, and writes how the
supplier's part of each search ended.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django
import msgspec

if __name__ == "__main__":
    django.setup()

from django.db import connection

from faredown.embedded import processes, services
from faredown.embedded.processes import Child, Command
from faredown.lib import redis
from hotels.criteria import Criteria
from hotels.services import search
from suppliers.types import Occupancy
from tests.bookings.world import hotelbeds_settings

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
RESIDENCIES = ("FR", "DE", "ES", "IT", "PT", "NL", "BE", "AT", "PL", "SE", "DK", "FI", "IE", "GR", "CZ", "HU")


class Wish(msgspec.Struct):
    """`distinct`: every traveller asks something else."""

    place: str
    check_in: date
    threads: int
    distinct: bool


class Ending(msgspec.Struct):
    status: str
    hotels: int


def together(folder: Path, wish: Wish, *, companions: int, url: str, qps: int) -> list[Ending]:
    """How the searches of so many processes ended, against a simulator at `url`."""
    (folder / "wish").write_bytes(msgspec.json.encode(wish))
    children = [_spawn(folder, number, _environment(url, qps)) for number in range(companions)]
    try:
        _await(folder, "*.ready", children)
        (folder / "go").touch()
        _await(folder, "*.json", children)
    finally:
        processes.stop_all(children)
    return [
        ending
        for file in folder.glob("*.json")
        for ending in msgspec.json.decode(file.read_bytes(), type=list[Ending])
    ]


def forget_supplier() -> None:
    """Budgets and breakers that other tests left."""
    broker = redis.durable()
    for key in broker.keys("suppliers:hotelbeds:*"):
        broker.delete(key)


def _spawn(folder: Path, number: int, env: Mapping[str, str]) -> Child:
    argv = [sys.executable, "-m", "tests.races.searchers", str(folder), str(number)]
    name = f"searchers-{number}"
    return processes.spawn(
        Command(name=name, argv=argv, env=dict(env), cwd=ROOT, log=folder / f"{name}.log", grace=5)
    )


def _environment(url: str, qps: int) -> Mapping[str, str]:
    database = urlsplit(os.environ[services.DATABASE_URL])._replace(
        path=f"/{connection.settings_dict['NAME']}"
    )
    return os.environ | {
        services.DATABASE_URL: database.geturl(),
        **{name: str(value) for name, value in hotelbeds_settings(url).items()},
        "HOTELBEDS_QPS": str(qps),
        "DB_POOL": "on",
        "DB_POOL_SIZE": "8",
    }


def _await(folder: Path, pattern: str, children: Sequence[Child]) -> None:
    until = time.monotonic() + PATIENCE
    while len(list(folder.glob(pattern))) < len(children):
        for number, child in enumerate(children):
            if child.returncode() not in (None, 0):
                raise AssertionError((folder / f"searchers-{number}.log").read_text()[-4000:])
        assert time.monotonic() < until, "they take too long"
        time.sleep(0.05)


def _search(wish: Wish, number: int) -> Ending:
    asked = Criteria(
        check_in=wish.check_in,
        check_out=wish.check_in + timedelta(days=2),
        rooms=(Occupancy(2),),
        currency="EUR",
        residency=RESIDENCIES[number % len(RESIDENCIES)] if wish.distinct else "FR",
        destination_id=wish.place,
    )
    try:
        found = search.start(asked)
        until = time.monotonic() + PATIENCE / 2
        while not found.is_complete and time.monotonic() < until:
            time.sleep(0.1)
            found = search.get(found.id)
        return Ending(found.suppliers[0].status, found.total_hotels)
    finally:
        connection.close()


def _main(folder: Path, number: int) -> None:
    wish = msgspec.json.decode((folder / "wish").read_bytes(), type=Wish)
    with ThreadPoolExecutor(wish.threads) as pool:
        (folder / f"{number}.ready").touch()
        while not (folder / "go").exists():
            time.sleep(0.005)
        numbers = range(number * wish.threads, (number + 1) * wish.threads)
        endings = list(pool.map(lambda one: _search(wish, one), numbers))
    draft = folder / f"{number}.draft"
    draft.write_bytes(msgspec.json.encode(endings))
    draft.replace(folder / f"{number}.json")


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]))
