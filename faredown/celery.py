"""Queues, routes, the timetable, and what a task carries along.

`celery -A faredown worker -Q booking,mail,default`, `... -Q search -P threads`, `... -Q sync`, and
`celery -A faredown beat`.
"""

import os
import time
from contextvars import Token
from typing import Any

import structlog
from celery import Celery, signals
from celery.app.task import Task
from celery.schedules import crontab
from kombu import Queue
from redis.exceptions import RedisError

from faredown.lib import metrics, redis
from faredown.lib.logging import request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faredown.settings.production")

QUEUES = ("booking", "search", "sync", "mail", "default")

# Rows are due, beat only looks: every entry may run twice or late, and claims its slot in the database.
TIMETABLE: dict[str, float | crontab] = {
    "bookings.sweep": 15,
    "messaging.deliver_due": 15,
    "bookings.expire_quotes": 60,
    "bookings.pull_reconfirmations": 900,
    # Changes every night (everything, once a week: what carries no date of change); the lists of keys half a day
    # apart, some 250 calls, so that a hotel that is gone, or new without a date, is noticed within a day. What is
    # open is gone on with, not doubled; a run that lost its task, or whose wait is over, is found within a minute.
    "hotels.sync_content": crontab(hour="2", minute="10"),
    "hotels.sync_sweep": crontab(hour="14", minute="10"),
    "hotels.sync_stalled": 60,
    # The bank publishes around 16:00 in Frankfurt on working days; the other looks are for a try that failed.
    "hotels.refresh_exchange_rates": crontab(hour="6,15,16,18,20", minute="25"),
    "reports.count_completeness": 120,
    "reports.count_searches": 300,
    "hotels.log_searches": 30,
    "hotels.keep_search_log": crontab(hour="4", minute="15"),
    "bookings.seal_ledger": crontab(minute="7"),
    "bookings.prove_ledger": crontab(hour="3", minute="40"),
    "suppliers.prune_calls": crontab(hour="4", minute="10"),
    "idempotency.prune": crontab(hour="4", minute="20"),
    "accounts.prune_tokens": crontab(hour="4", minute="30"),
}

app = Celery("faredown")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    timezone="UTC",
    enable_utc=True,
    accept_content=["json"],
    task_serializer="json",
    task_default_queue="default",
    task_create_missing_queues=False,
    task_queues=[Queue(name) for name in QUEUES],
    task_routes={
        # These read the whole ledger: no booking waits behind them.
        "bookings.seal_ledger": {"queue": "default"},
        "bookings.prove_ledger": {"queue": "default"},
        "bookings.*": {"queue": "booking"},
        "hotels.search*": {"queue": "search"},
        "hotels.sync*": {"queue": "sync"},
        "messaging.*": {"queue": "mail"},
    },
    beat_schedule={
        # A look that nobody took before the next one is due is not worth keeping.
        name: {
            "task": name,
            "schedule": every,
            "options": {} if isinstance(every, crontab) else {"expires": every},
        }
        for name, every in TIMETABLE.items()
    },
)
app.autodiscover_tasks()

log = structlog.get_logger(__name__)

HEARTBEAT_LASTS = 30.0
_HEARTBEAT_EVERY = 5.0
_last_beat = 0.0
SCHEDULER_KEY = "scheduler"
"""In the broker's Redis: there while beat hands out the timetable."""
_SCHEDULER_LASTS = 60  # seconds; the timetable has something to give out every 15
_running: dict[str, tuple[float, Token[str]]] = {}


def heartbeat_key(queue: str) -> str:
    """A sorted set in the broker's Redis: worker name -> when it was last seen."""
    return f"workers:{queue}"


@signals.before_task_publish.connect
def _carry_request_id(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None and request_id.get():
        headers["request_id"] = request_id.get()


@signals.task_prerun.connect
def _begin(task_id: str, task: "Task[..., Any]", **_: Any) -> None:
    carried = getattr(task.request, "request_id", None) or request_id.get() or task_id
    _running[task_id] = (time.monotonic(), request_id.set(carried))


@signals.task_postrun.connect
def _end(task_id: str, task: "Task[..., Any]", state: str | None = None, **_: Any) -> None:
    started, token = _running.pop(task_id)
    metrics.tasks.labels(task.name, (state or "unknown").lower()).observe(time.monotonic() - started)
    request_id.reset(token)


@signals.heartbeat_sent.connect
def _heartbeat(sender: Any, **_: Any) -> None:
    """Tells /readyz which queues are served."""
    global _last_beat
    if time.monotonic() - _last_beat < _HEARTBEAT_EVERY:
        return
    _last_beat, now = time.monotonic(), time.time()
    try:
        with redis.durable().pipeline() as pipeline:
            for queue in app.amqp.queues.consume_from:
                pipeline.zadd(heartbeat_key(queue), {sender.eventer.hostname: now})
                pipeline.zremrangebyscore(heartbeat_key(queue), 0, now - HEARTBEAT_LASTS)
            pipeline.execute()
    except RedisError as error:
        log.warning("heartbeat_lost", error=type(error).__name__)


@signals.beat_init.connect
def _scheduler_started(**_: Any) -> None:
    """In beat alone, every task the broker took says that the timetable is kept."""
    signals.after_task_publish.connect(_scheduler_alive)
    _scheduler_alive()


def _scheduler_alive(**_: Any) -> None:
    """Tells /readyz that beat runs."""
    try:
        redis.durable().set(SCHEDULER_KEY, int(time.time()), ex=_SCHEDULER_LASTS)
    except RedisError as error:
        log.warning("heartbeat_lost", error=type(error).__name__)
