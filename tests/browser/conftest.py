"""The demo itself, on ports and in a folder of its own, and Debian's Chromium in front of it.

`site` is shared by every suite that needs a whole running Faredown: `from tests.browser.conftest import site`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests  # noqa: TID251 (the simulator's control, from outside the house)
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from faredown.demo.layout import ROOT
from faredown.embedded import ports

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 240
DESK = {"width": 1366, "height": 900}
PHONE = {"width": 360, "height": 740}

# Not this run's own servers and settings: the demo makes its own.
_OURS = (
    "DATABASE_URL",
    "REDIS_",
    "DJANGO_",
    "FAREDOWN_",
    "HOTELBEDS_",
    "PYTEST_",
    "SECRET_KEY",
    "EMAIL_URL",
    "SITE_URL",
)
_RUN = """
import sys
from pathlib import Path
from faredown.demo import environment, running
sys.exit(running.run(running.Options(with_parent=True), environment.given(), home=Path(sys.argv[1])))
"""


@dataclass(frozen=True)
class Site:
    url: str
    simulator: str
    home: Path

    def at_supplier(self, reference: str) -> list[str]:
        """The states of what the simulator holds under our reference."""
        answer = requests.get(f"{self.simulator}/_control/state", timeout=10)
        held: dict[str, list[dict[str, Any]]] = answer.json()["bookings"]
        return [booking["status"] for booking in held.get(reference, [])]

    def faults(self, *faults: dict[str, Any]) -> None:
        requests.post(f"{self.simulator}/_control/faults", json=list(faults), timeout=10).raise_for_status()

    def mails(self) -> str:
        """Every mail so far, as it was written to files."""
        return "\n".join(file.read_text() for file in sorted((self.home / "mail").iterdir()))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("demo") / "home"
    home.parent.chmod(0o755)
    home.mkdir()
    port = ports.free()
    env = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    log = home.parent / "demo.log"
    with log.open("wb") as output:
        demo = subprocess.Popen(
            [sys.executable, "-c", _RUN, str(home)],
            env=env | {"PORT": str(port)},
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _started(demo, home=home, port=port, log=log)
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(timeout=60)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail("Chromium is missing (on Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield browser
        browser.close()


def open_page(chromium: Browser, **options: Any) -> tuple[BrowserContext, Page, list[str]]:
    """A fresh visitor. The list fills with whatever the browser complains about: scripts, policy, broken files."""
    context = chromium.new_context(**{"viewport": DESK, "locale": "en-US", **options})
    context.set_default_timeout(20_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    return context, page, complaints


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A reader with JavaScript at a desk. Ends with no complaint of the browser."""
    context, page, complaints = open_page(chromium)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def plain_page(chromium: Browser) -> Iterator[Page]:
    """A reader without JavaScript."""
    context, page, _ = open_page(chromium, java_script_enabled=False)
    yield page
    context.close()


@pytest.fixture
def phone_page(chromium: Browser) -> Iterator[Page]:
    context, page, complaints = open_page(chromium, viewport=PHONE, has_touch=True, is_mobile=True)
    yield page
    context.close()
    assert complaints == []


def _started(demo: subprocess.Popen[bytes], *, home: Path, port: int, log: Path) -> Site:
    ends = time.monotonic() + START_SECONDS
    while "Backoffice" not in (text := log.read_text(errors="replace")):
        if demo.poll() is not None or time.monotonic() > ends:
            pytest.fail(f"The demo did not start:\n{text[-4000:]}")
        time.sleep(0.3)
    simulator = (home / "simulator-port").read_text().strip()
    return Site(f"http://localhost:{port}", f"http://127.0.0.1:{simulator}", home)
