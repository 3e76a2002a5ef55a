"""Background work. The row's state is the truth; a queued task only makes it fast."""

import threading
from functools import lru_cache
from typing import Any

import structlog
from celery import current_app
from celery.app.task import Task
from django.db import transaction
from kombu.exceptions import KombuError, OperationalError
from redis.exceptions import RedisError

from faredown.lib import metrics

log = structlog.get_logger(__name__)

MOST_SECONDS = 360.0
"""A task put off for so long that then runs as long as it may (CELERY_TASK_SOFT_TIME_LIMIT) is just not handed out a
second time (visibility_timeout)."""
_loading = threading.Lock()


class UnknownTask(LookupError):
    pass


def defer(task_name: str, *args: Any, **kwargs: Any) -> None:
    """Enqueue a registered task once the current transaction has committed (at once without one).

    A name nobody registered raises here, before the commit. A broker that is down is logged and counted, never
    raised: a sweeper finds the row.
    """
    task = _registered(task_name)
    transaction.on_commit(lambda: _enqueue(task, args, kwargs), robust=True)


def defer_later(task_name: str, *args: Any, seconds: float, **kwargs: Any) -> None:
    """As `defer`, to be begun `seconds` after the commit and not before: at most MOST_SECONDS (ValueError). What is due
    later is a row with a time, and a sweeper that looks for it."""
    if not 0 <= seconds <= MOST_SECONDS:
        raise ValueError(f"a task waits from 0 to {MOST_SECONDS:g} seconds, not {seconds:g}")
    task = _registered(task_name)
    transaction.on_commit(lambda: _enqueue(task, args, kwargs, countdown=seconds), robust=True)


def _enqueue(
    task: "Task[..., Any]", args: tuple[Any, ...], kwargs: dict[str, Any], *, countdown: float = 0
) -> None:
    try:
        # apply_async of the registered task, not send_task: only this runs under eager mode.
        task.apply_async(args, kwargs, countdown=countdown)
    except (OperationalError, KombuError, RedisError, OSError) as error:
        metrics.deferred_lost.labels(task.name).inc()
        log.warning("task_not_enqueued", task=task.name, error=str(error))


def _registered(task_name: str) -> "Task[..., Any]":
    _load_tasks()
    try:
        return current_app.tasks[task_name]
    except KeyError:
        raise UnknownTask(f"no task is registered as {task_name!r}") from None


def _load_tasks() -> None:
    # Celery lets one thread discover and sends any other on at once, with nothing: here the others wait.
    with _loading:
        _discover()


@lru_cache(maxsize=1)
def _discover() -> None:
    # In a web process nothing has imported the task modules yet. Not `loader.import_default_modules()`, which would
    # also run every system check in the middle of a request.
    current_app.autodiscover_tasks(force=True)
