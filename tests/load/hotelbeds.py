"""The simulator as `manage.py simulate_hotelbeds` runs it, asked as any client would."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from faredown.demo.layout import ROOT
from faredown.embedded.processes import Child, Command
from suppliers.simulators.hotelbeds.running import Control
from tests.bookings.world import KEY, SECRET
from tests.load import served
from tests.load.served import Answer, Caller

HOTELS = 2000
Json = dict[str, Any]


@dataclass(frozen=True)
class Simulator:
    program: Child
    url: str
    caller: Caller

    @property
    def control(self) -> Control:
        return Control(self.url)

    def get(self, path: str) -> Answer:
        return self.caller.get(path, _headers())

    def post(self, path: str, body: object) -> Answer:
        headers = _headers() | {"Content-Type": "application/json"}
        return self.caller.send("POST", path, json.dumps(body).encode(), headers)


@contextlib.contextmanager
def running(
    folder: Path, *options: str, hotels: int = HOTELS, cache: Path | None = None
) -> Iterator[Simulator]:
    """`cache`: where the pages are kept that several of them share, or that the next run finds again."""
    log = folder / "simulator.log"
    argv = [sys.executable, str(ROOT / "manage.py"), "simulate_hotelbeds", "--hotels", str(hotels), *options]
    argv += ["--cache-dir", str(cache or folder / "cache"), "--api-key", KEY, "--secret", SECRET]
    with served.child(Command(name="simulator", argv=argv, log=log, cwd=ROOT)) as program:
        served.wait_for(lambda: _address(log) != "", program)
        caller = Caller(_address(log))
        try:
            yield Simulator(program, _address(log), caller)
        finally:
            caller.close()


def availability(codes: list[int], *, rooms: int = 1) -> Json:
    """A couple, four nights, two months ahead."""
    check_in = datetime.now(UTC).date() + timedelta(days=60)
    return {
        "stay": {"checkIn": check_in.isoformat(), "checkOut": (check_in + timedelta(days=4)).isoformat()},
        "occupancies": [{"rooms": rooms, "adults": 2, "children": 0}],
        "hotels": {"hotel": codes},
    }


def _headers() -> dict[str, str]:
    signature = sha256(f"{KEY}{SECRET}{int(time.time())}".encode()).hexdigest()
    return {
        "Api-key": KEY,
        "X-Signature": signature,
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
    }


def _address(log: Path) -> str:
    """From the line it prints when it is ready."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    found = [line for line in lines if line.startswith('{"url"')]
    return str(json.loads(found[0])["url"]) if found else ""
