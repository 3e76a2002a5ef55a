"""Faredown's own server, as a browser meets it."""

from __future__ import annotations

from dataclasses import dataclass

from faredown.embedded.processes import Child
from tests.load import served
from tests.load.served import Answer, Caller, Cost

# The tests' settings know this name alone.
HEADERS = {"Host": "testserver", "Accept": "*/*", "Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Site:
    program: Child
    url: str

    def get(self, path: str) -> Answer:
        caller = Caller(self.url)
        try:
            return caller.get(path, HEADERS)
        finally:
            caller.close()

    def is_up(self) -> bool:
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def cost(self, path: str, *, times: int) -> Cost:
        caller = Caller(self.url)
        try:
            return served.cost(self.program, lambda: caller.get(path, HEADERS), times=times)
        finally:
            caller.close()
