"""Everything the demo runs, with a supplier as slow and as strict as a real one, and the travellers before its door."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import msgspec
from django.db import connection
from django.db.models import Count, Q
from redis import Redis

from faredown.demo import layout as layouts
from faredown.demo.layout import ROOT
from faredown.demo.processes import WORKERS, Plan
from faredown.embedded import ports, services
from faredown.embedded.processes import Child, Command
from faredown.lib import clock
from hotels.models import Destination, Hotel
from suppliers.simulators.hotelbeds.running import Control
from tests import services as test_services
from tests.bookings import world as worlds
from tests.load import hotelbeds, journeys, served
from tests.load.journeys import Asked, Told
from tests.load.metering import Postgres
from tests.load.site import Site

SUPPLIER_QPS = 10
LATENCY = "availability=800,2037"
"""Median and 95th percentile of a log-normal; its 99th is 3.0 s (2.326 and 1.645 deviations off)."""
VALKEY_DATABASE = 9
"""Of each Valkey, where no other bench keeps anything."""
PLACES = 25
DAYS_AHEAD = (1, 5, 12, 20, 28, 45, 60, 90, 120, 200)
PARTIES: tuple[tuple[int, list[int]], ...] = ((2, []), (2, []), (1, []), (2, [7]), (2, [4, 11]), (3, []))


Spent = dict[str, float]
"""CPU seconds (user and system) by name."""


@dataclass(frozen=True)
class Street:
    site: Site
    supplier: Control
    programs: Mapping[str, tuple[Child, ...]]
    postgres: Postgres
    valkeys: tuple[Redis, ...]

    def cpu_seconds(self) -> Spent:
        """Of everybody so far, by name."""
        spent: Spent = {
            name: sum(map(served.cpu_seconds, children)) for name, children in self.programs.items()
        }
        spent["PostgreSQL"] = self.postgres.cpu_seconds()
        used = [valkey.info("cpu") for valkey in self.valkeys]
        spent["Valkeys"] = sum(one["used_cpu_user"] + one["used_cpu_sys"] for one in used)
        return spent


@contextlib.contextmanager
def opened(folder: Path, environment: Mapping[str, str]) -> Iterator[Street]:
    """`environment`: of a server on the bench's database, which holds the simulator's catalogue."""
    with contextlib.ExitStack() as stack:
        supplier = stack.enter_context(
            hotelbeds.running(folder, "--qps", str(SUPPLIER_QPS), "--latency", LATENCY)
        )
        env = _environment(folder, environment, supplier.url)
        valkeys = tuple(Redis.from_url(env[name]) for name in (services.CACHE_URL, services.BROKER_URL))
        for valkey in valkeys:
            valkey.flushdb()
        plan = Plan(layouts.prepare(folder), env)
        port = ports.free()
        workers = tuple(stack.enter_context(served.child(plan.worker(name))) for name in WORKERS)
        beat = stack.enter_context(served.child(plan.beat()))
        web = stack.enter_context(served.child(plan.web(port)))
        site = Site(web, f"http://{ports.LOOPBACK}:{port}")
        served.wait_for(lambda: _is_ready(site), web)
        programs = {"web": (web,), "workers": workers, "beat": (beat,), "simulator": (supplier.program,)}
        with connection.cursor() as cursor:
            postgres = Postgres.of(cursor.connection)
        yield Street(site, supplier.control, programs, postgres, valkeys)


def searches(count: int, *, seed: int) -> list[Asked]:
    """So many different ones, the most wanted first: of the largest places, tomorrow or in half a year."""
    places = (
        Destination.objects.annotate(size=Count("hotels", filter=Q(hotels__status=Hotel.Status.LIVE)))
        .filter(size__gt=0)
        .order_by("-size", "pk")[:PLACES]
    )
    chance, names = Random(seed), [(place.public_id, place.name) for place in places]
    found: dict[tuple[object, ...], Asked] = {}
    while len(found) < count:
        (place, name), (adults, ages) = chance.choice(names), chance.choice(PARTIES)
        check_in = clock.today() + timedelta(days=chance.choice(DAYS_AHEAD))
        check_out = check_in + timedelta(days=chance.randint(2, 7))
        days = (check_in.isoformat(), check_out.isoformat())
        found.setdefault((place, days, adults, *ages), Asked(place, name, *days, adults, ages))
    return list(found.values())


@contextlib.contextmanager
def travelling(
    folder: Path, street: Street, asked: list[Asked], *, kind: str, travellers: int, seconds: tuple[int, int]
) -> Iterator[Child]:
    """Locust, to be watched while it runs. `seconds`: in which they arrive, and in all."""
    (folder / "searches.json").write_bytes(msgspec.json.encode(asked))
    arriving, lasting = seconds
    argv = [sys.executable, "-m", "locust", "-f", str(ROOT / "tests/load/travellers.py"), "--headless"]
    argv += ["--host", street.site.url, "--users", str(travellers)]
    argv += ["--spawn-rate", f"{travellers / arriving:.3f}", "--run-time", f"{lasting}s", "--only-summary"]
    argv += ["--exit-code-on-error", "0", "--stop-timeout", "0", kind]
    env = os.environ | {
        journeys.SEARCHES: str(folder / "searches.json"),
        journeys.TOLD: str(folder / "told.json"),
    }
    command = Command(name="locust", argv=argv, env=env, cwd=ROOT, log=folder / "locust.log")
    with served.child(command) as program:
        yield program


def told(folder: Path) -> list[Told]:
    return msgspec.json.decode((folder / "told.json").read_bytes(), type=list[Told])


def _environment(folder: Path, given: Mapping[str, str], supplier: str) -> dict[str, str]:
    """As the demo's, behind a proxy, with its limits."""
    hotelbeds_ = {name: str(value) for name, value in worlds.hotelbeds_settings(supplier).items()}
    made = {
        "DJANGO_SETTINGS_MODULE": "faredown.settings.development",
        "HOTELBEDS_QPS": str(SUPPLIER_QPS),
        "TRUSTED_PROXIES": ports.LOOPBACK,
        "RATE_LIMITS_ENABLED": "on",
        "SEARCH_THREADS": "8",
        "EMAIL_URL": f"filemail://{folder / 'mail'}",
        "LOG_LEVEL": "INFO",
        "LOG_FORMAT": "json",
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
    }
    valkeys = {
        name: test_services.with_database(given[name], VALKEY_DATABASE)
        for name in (services.CACHE_URL, services.BROKER_URL)
    }
    return dict(given) | hotelbeds_ | made | valkeys


def _is_ready(site: Site) -> bool:
    try:
        answer = site.get("/readyz")
    except OSError:
        return False
    return answer.status == 200 and json.loads(answer.content)["status"] == "ready"
