"""Pages of the simulator made before anyone measures: by two of its processes, for a third to find on the disk."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from os import getuid
from pathlib import Path
from queue import Empty, SimpleQueue

from suppliers.simulators.hotelbeds.content.cache import edition
from tests.load.hotelbeds import Simulator

CACHE = Path(tempfile.gettempdir()) / f"faredown-bench-{getuid()}"
TELL_EVERY = 20.0
_SPAN = re.compile(r"from=\d+&to=\d+")
PAGE = 1000


def cache() -> Path:
    """Where pages outlive a run. Those of an older simulator go: no run will find them again."""
    CACHE.mkdir(exist_ok=True)
    for folder in CACHE.glob("content-*"):
        if not folder.name.endswith(edition()):
            shutil.rmtree(folder)
    return CACHE


def first_pages(paths: Iterable[str]) -> list[str]:
    """Of each listing that was asked: its first page."""
    return list(dict.fromkeys(_page(path, 0) for path in paths))


def render(simulators: Sequence[Simulator], first: Iterable[str]) -> None:
    """Every page of these listings, whoever is free asking for the next one."""
    waiting: SimpleQueue[str] = SimpleQueue()
    for path in first:
        asked = simulators[0].get(path)
        assert asked.status == 200, asked.content[:300]
        for number in range(1, -(-_total(asked.content) // PAGE)):
            waiting.put(_page(path, number))
    began = threading.Event()
    with ThreadPoolExecutor(len(simulators)) as pool:
        for done in pool.map(lambda one: _ask(one, waiting, began), simulators):
            assert done


def _ask(simulator: Simulator, waiting: SimpleQueue[str], began: threading.Event) -> bool:
    tells = not began.is_set()
    began.set()
    told = time.monotonic()
    while True:
        try:
            path = waiting.get_nowait()
        except Empty:
            return True
        assert simulator.get(path).status == 200
        if tells and time.monotonic() - told > TELL_EVERY:
            told = time.monotonic()
            print(f"simulator: {waiting.qsize():,} pages to make", file=sys.stderr, flush=True)


def _page(path: str, number: int) -> str:
    return _SPAN.sub(f"from={number * PAGE + 1}&to={number * PAGE + PAGE}", path)


def _total(body: bytes) -> int:
    found = re.search(rb'"total":(\d+)', body[:200])
    return int(found[1]) if found else int(json.loads(body)["total"])
