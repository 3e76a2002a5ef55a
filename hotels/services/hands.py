"""A few threads of this process for questions that no worker takes."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import ParamSpec

import structlog
from django.db import connections

from hotels import conf

log = structlog.get_logger(__name__)

P = ParamSpec("P")


def take(job: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run it as soon as a thread is free. A fault of it is recorded, and is nobody else's."""
    # The request's id goes along into the record of calls.
    _pool().submit(contextvars.copy_context().run, _safely, lambda: job(*args, **kwargs))


def _safely(job: Callable[[], None]) -> None:
    try:
        job()
    except Exception:
        log.exception("question_of_a_search_failed")
    finally:
        connections.close_all()  # this thread's own; back to the pool


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(conf.search_threads(), thread_name_prefix="search")
