"""Alive, ready, measured. Never asks a supplier; never waits longer than BUDGET for anything of ours."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache

import redis
import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from faredown.celery import HEARTBEAT_LASTS, QUEUES, SCHEDULER_KEY, heartbeat_key
from faredown.lib import crypto
from faredown.lib import metrics as series

log = structlog.get_logger(__name__)

BUDGET = 0.4  # seconds; an orchestrator's probe usually gives up after one

# Stuck checks occupy a thread each until their own timeouts end; the pool keeps them from piling up.
_pool = ThreadPoolExecutor(max_workers=6, thread_name_prefix="health")


class NotReady(Exception):
    pass


@csrf_exempt
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "alive"})


@csrf_exempt
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """503 only when nothing can be served: no database, or one that misses migrations. The rest degrades."""
    started = time.monotonic()
    running = {name: _pool.submit(_timed, check) for name, check in CHECKS.items()}
    checks = {name: _outcome(name, future, started) for name, future in running.items()}
    failed = {name for name, outcome in checks.items() if outcome["status"] != "ok"}
    status = "unready" if failed & NEEDED else "degraded" if failed else "ready"
    body = {"status": status, "checks": checks}
    response = JsonResponse(body, status=503 if status == "unready" else 200)
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    token = settings.METRICS_TOKEN
    if token and not crypto.same(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return HttpResponseNotFound()
    return HttpResponse(series.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    missing = _on_disk() - set(MigrationRecorder(connection).applied_migrations())
    if missing:
        raise NotReady(f"{len(missing)} migrations are not applied")


def _cache() -> None:
    with _redis(settings.REDIS_CACHE_URL) as client:
        client.ping()


def _broker() -> None:
    with _redis(settings.REDIS_BROKER_URL) as client:
        client.ping()


def _workers() -> None:
    with _redis(settings.REDIS_BROKER_URL) as client:
        since = time.time() - HEARTBEAT_LASTS
        idle = [name for name in QUEUES if not client.zcount(heartbeat_key(name), since, "+inf")]
    if idle:
        raise NotReady(f"nobody works on {', '.join(idle)}")


def _beat() -> None:
    with _redis(settings.REDIS_BROKER_URL) as client:
        if not client.exists(SCHEDULER_KEY):
            raise NotReady("nobody keeps the timetable: sweepers do not run")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "cache": _cache,
    "broker": _broker,
    "workers": _workers,
    "beat": _beat,
}
NEEDED = frozenset({"database", "migrations"})


def _timed(check: Callable[[], None]) -> int:
    started = time.monotonic()
    try:
        check()
    finally:
        connection.close()  # this thread's own; back to the pool
    return int((time.monotonic() - started) * 1000)


def _outcome(name: str, future: "Future[int]", started: float) -> dict[str, object]:
    try:
        elapsed = future.result(timeout=max(0.0, BUDGET - (time.monotonic() - started)))
    except NotReady as error:
        return {"status": "failing", "detail": str(error)}
    except TimeoutError:
        future.cancel()
        return {"status": "failing", "detail": f"no answer in {int(BUDGET * 1000)} ms"}
    except Exception as error:  # noqa: BLE001 - whatever a driver raises is the answer, and is recorded
        log.warning("not_ready", check=name, error=f"{type(error).__name__}: {error}")
        return {"status": "failing", "detail": type(error).__name__}
    return {"status": "ok", "elapsed_ms": elapsed}


@lru_cache(maxsize=1)
def _on_disk() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).disk_migrations or {})


@contextmanager
def _redis(url: str) -> Iterator["redis.Redis"]:
    """A connection of its own: the shared pools may all be waiting for the server that is asked about."""
    client = redis.Redis.from_url(
        url, socket_connect_timeout=0.25, socket_timeout=0.25, retry=Retry(NoBackoff(), 0)
    )
    try:
        yield client
    finally:
        client.close()
