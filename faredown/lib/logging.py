"""Structured logs: JSON lines with the request's id, and nothing in them that must not leave the house."""

import logging
import re
from collections.abc import MutableMapping
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import structlog

request_id: ContextVar[str] = ContextVar("request_id", default="")

MASK = "[redacted]"

_SECRET_KEYS = re.compile(
    r"(?i)(^|_)(password|passwd|secret|token|access_token|refresh|authorization|cookie|api_?key|signature|x_signature"
    r"|card|card_number|pan|cvv|cvc|iban|holder|guests?|paxes|first_name|last_name|surname|email|phone|private_key)$"
)
_SECRET_TEXT = (
    re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"),
    re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"),  # a JWT
    re.compile(
        r"(?i)\b(api-?key|x-signature|x-booking-token|password|secret|token)\b(['\"]?\s*[:=]\s*['\"]?)[^\s'\",;&]+"
    ),
    re.compile(r"(?<![\w.])(?:\d[ -]?){12,18}\d(?![\w.])"),  # as long as a card number
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"),  # the user and password of a URL
)
_ADDRESS = (
    # What people search for, and the signatures of documents.
    (re.compile(r"(/[^\s?'\"<>]*)\?[^\s'\"<>]+"), rf"\1?{MASK}"),
    # The mailed keys.
    (
        re.compile(r"\b((?:bookings/access|account/reset-password|account/confirm-email)/)[^/\s'\"<>]+"),
        rf"\1{MASK}",
    ),
)
"""What of an address is not written down, and what stands there instead."""


def redacted(value: Any) -> Any:
    """The value as it may be written down: by the names of its keys, then by the shape of its texts."""
    if isinstance(value, str):
        return value if value in _harmless else _masked(value)
    if isinstance(value, dict):
        return {key: MASK if _is_secret(key) else redacted(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(item) for item in value]
    return value


def _masked(text: str) -> str:
    masked = text
    for pattern in _SECRET_TEXT:
        masked = pattern.sub(MASK, masked)
    for pattern, kept in _ADDRESS:
        masked = pattern.sub(kept, masked)
    if masked == text and len(text) <= _SHORT:
        if len(_harmless) >= _MOST_HARMLESS:
            _harmless.clear()
        _harmless.add(text)
    return masked


_SHORT, _MOST_HARMLESS = 100, 2000
_harmless: set[str] = set()
"""Texts in which nothing had to be masked, such as routes and methods: every line holds some of the same few."""


@lru_cache(maxsize=1000)
def _is_secret(key: object) -> bool:
    return bool(_SECRET_KEYS.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(key)).replace("-", "_")))


def add_request_id(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if current := request_id.get():
        event.setdefault("request_id", current)
    return event


def name_the_route(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Django's warnings name the path, and carry the request, whose text has the query too: both hold references and
    mailed keys. The route says as much as is needed."""
    if "_record" not in event:  # ours; we know what we write
        return event
    request = event.pop("request", None)
    path = getattr(request, "path", None)
    if isinstance(path, str):
        match = getattr(request, "resolver_match", None)
        event["route"] = match.route if match else "unmatched"
        for written in {path, path.encode("unicode_escape").decode("ascii")} - {"/"}:
            event["event"] = str(event["event"]).replace(written, event["route"])
    return event


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {
        key: item if key in _OURS else MASK if _is_secret(key) else redacted(item)
        for key, item in event.items()
    }


_OURS = frozenset({"level", "timestamp", "logger", "request_id", "_record", "_from_structlog"})

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    add_request_id,
    structlog.stdlib.ExtraAdder(),
    name_the_route,
]


class MaskedLines(structlog.stdlib.ProcessorFormatter):
    """One handler writes our own records: nobody after it minds what became of them, so that none is copied."""

    def format(self, record: logging.LogRecord) -> str:
        logger, name = getattr(record, "_logger", None), getattr(record, "_name", "")
        if logger is None or not isinstance(record.msg, dict):
            return super().format(record)
        event: Any = record.msg | {"_record": record, "_from_structlog": True}
        for processor in self.processors:
            event = processor(logger, name, event)
        return str(event)


def configuration(*, level: str, as_json: bool) -> dict[str, Any]:
    """The value of `LOGGING`: structlog and the standard library's records end in the same lines."""
    renderer: Any = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    exceptions = [structlog.processors.format_exc_info] if as_json else []
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": MaskedLines,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *exceptions,
                    redact,
                    renderer,
                ],
            }
        },
        "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stream"], "level": level},
        "loggers": {
            # These come with handlers of their own, whose lines would pass no mask.
            "django": {"handlers": [], "level": level},
            "django.server": {"handlers": ["stream"], "level": level, "propagate": False},
            "granian.access": {"handlers": ["stream"], "level": level, "propagate": False},
            "fontTools": {"level": "WARNING"},
        },
    }


def set_up_structlog() -> None:
    # No line names the thread, the process or the place in the code, and finding them out takes as long as the rest.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # as logging's own documentation does it
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.captureWarnings(True)
