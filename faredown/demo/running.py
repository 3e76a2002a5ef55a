"""The demo from start to end: servers, simulator, data, web, workers; one block of addresses; then it watches."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import psycopg

from faredown.demo import layout as layouts
from faredown.demo.layout import ROOT, STAFF_EMAIL, Layout, Secrets
from faredown.demo.processes import WORKERS, Plan
from faredown.embedded import ports, services
from faredown.embedded.roster import AlreadyRunning
from faredown.embedded.servers import StartFailed
from faredown.embedded.supervisor import ChildDied, StopRequested, Supervisor

HOME = ROOT / ".faredown"
READY_WITHIN = 180.0


@dataclass(frozen=True, slots=True)
class Options:
    reset: bool = False
    resync: bool = False
    with_parent: bool = False


def run(options: Options, given: Mapping[str, str], *, home: Path = HOME) -> int:
    """The exit code: 0 after a stop that was asked for, 1 with a reason on stderr otherwise."""
    try:
        if home.exists() and home.stat().st_uid != os.geteuid():
            raise ValueError(f"{home} belongs to another user; remove it, or run the demo as that user")
        layout = layouts.prepare(home)
        with Supervisor(layout.run) as supervisor:
            _start(supervisor, layout, options, given)
            supervisor.watch(with_parent=options.with_parent)
    except StopRequested:
        _say("\nStopped.")
        return 0
    except (AlreadyRunning, ChildDied, StartFailed, ValueError) as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    return 0


def _start(supervisor: Supervisor, layout: Layout, options: Options, given: Mapping[str, str]) -> None:
    for name in supervisor.stop_leftovers():
        _say(f"Stopped {name}, left behind by a run that was killed.")
    if options.reset:
        _empty(layout)
    layouts.turn_logs(layout)
    secrets = layouts.secrets_of(layout)
    site, simulator = layouts.site_port(given.get("PORT")), layouts.simulator_port(layout)
    env = _environment(layout, secrets, given, site=site, simulator=simulator)

    _say("Starting PostgreSQL and Valkey ...")
    env |= services.start(layout.home, durable=True, launch=supervisor.launch, given=given)
    layouts.write_private(
        layout.environment, "".join(f"export {name}='{env[name]}'\n" for name in _told(env, given))
    )
    plan = Plan(layout, env)

    _say("Starting the Hotelbeds simulator ...")
    supervisor.launch(plan.simulator(simulator))
    _say("Preparing the database ...")
    supervisor.run(plan.manage("migrate", "--no-input", name="migrate"))
    supervisor.run(plan.manage("seed", name="seed"))
    supervisor.wait(lambda: _get(simulator, "/_control/state")[0] == HTTPStatus.OK)
    if options.resync or not _has_catalogue(env[services.DATABASE_URL]):
        _say("Reading the catalogue ...")
        supervisor.run(plan.sync())
        supervisor.run(plan.manage("seed", "--places", name="seed-places"))

    _say("Starting the web server and the workers ...")
    shutil.rmtree(layout.metrics)
    layout.metrics.mkdir()
    supervisor.launch(plan.web(site))
    for name in WORKERS:
        supervisor.launch(plan.worker(name))
    supervisor.launch(plan.beat())
    _wait_until_ready(supervisor, site)
    _say(_block(layout, secrets, site=site, simulator=simulator))


def _environment(
    layout: Layout, secrets: Secrets, given: Mapping[str, str], *, site: int, simulator: int
) -> dict[str, str]:
    """What is given from outside goes before what the demo makes up."""
    hotelbeds = f"http://{ports.LOOPBACK}:{simulator}"
    made = {
        "DJANGO_SETTINGS_MODULE": "faredown.settings.development",
        "SECRET_KEY": secrets.secret_key,
        "FIELD_ENCRYPTION_KEYS": secrets.field_encryption_key,
        "SITE_URL": f"http://localhost:{site}",
        "EMAIL_URL": f"filemail://{layout.mail}",
        "STAFF_EMAIL": STAFF_EMAIL,
        "STAFF_PASSWORD": secrets.staff_password,
        "HOTELBEDS_BASE_URL": f"{hotelbeds}/hotel-api",
        "HOTELBEDS_SECURE_URL": f"{hotelbeds}/hotel-api",
        "HOTELBEDS_CONTENT_URL": f"{hotelbeds}/hotel-content-api",
        "HOTELBEDS_IMAGES_URL": f"{hotelbeds}/giata",
        "HOTELBEDS_API_KEY": secrets.hotelbeds_key,
        "HOTELBEDS_SECRET": secrets.hotelbeds_secret,
        "PROMETHEUS_MULTIPROC_DIR": str(layout.metrics),
        "PYTHONUNBUFFERED": "1",
    }
    return made | dict(given)


def _told(env: Mapping[str, str], given: Mapping[str, str]) -> list[str]:
    return sorted(name for name in env if env[name] != given.get(name))


def _empty(layout: Layout) -> None:
    """A clean start: everything but the records of this very run."""
    for entry in layout.home.iterdir():
        if entry == layout.run:
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    layouts.prepare(layout.home)


def _has_catalogue(database: str) -> bool:
    """Not just rows: a first sync that was stopped half-way goes on at the next start."""
    with psycopg.connect(database) as connection:
        done = "SELECT 1 FROM hotels_syncrun WHERE kind = 'full' AND status = 'done' LIMIT 1"
        return connection.execute(done).fetchone() is not None


def _wait_until_ready(supervisor: Supervisor, port: int) -> None:
    """Green: not only able to serve, but with every part of it, the workers included, at work."""
    until = time.monotonic() + READY_WITHIN

    def is_ready() -> bool:
        status, body = _get(port, "/readyz")
        if status == HTTPStatus.OK and json.loads(body)["status"] == "ready":
            return True
        if time.monotonic() > until:
            raise StartFailed(
                f"Not ready after {READY_WITHIN:.0f} s; /readyz says: {body.decode() or 'nothing'}"
            )
        return False

    supervisor.wait(is_ready)


def _get(port: int, path: str) -> tuple[int, bytes]:
    """(0, nothing) while nobody answers."""
    connection = http.client.HTTPConnection(ports.LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def _block(layout: Layout, secrets: Secrets, *, site: int, simulator: int) -> str:
    here = f"http://localhost:{site}"
    return f"""
  Faredown is running.

  Site         {here}/
  API docs     {here}/api/v1/docs/
  Backoffice   {here}/admin/
               {STAFF_EMAIL} / {secrets.staff_password}
  Simulator    http://localhost:{simulator}/_control/

  Logs         {layout.logs}
  Stop         Ctrl-C
"""


def _say(text: str) -> None:
    print(text, flush=True)
