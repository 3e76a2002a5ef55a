"""How bodies are read and answers chosen. Named in the settings, so it imports no view (DRF's loads the settings)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from faredown.lib.errors import invalid

MOST_VALUES = 5_000
"""In one body. The largest honest one (two hundred hotel ids, nine full rooms) holds some hundreds; without a bound a
megabyte of `{},{},{}` is judged row by row for half a minute."""

# What PostgreSQL cannot keep (NUL) and UTF-8 cannot write (half a surrogate pair).
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


class JsonParser(JSONParser):
    """JSON is UTF-8 (RFC 8259), whatever charset is claimed: Python's codecs also unpack archives."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            body = super().parse(stream, media_type, {**(parser_context or {}), "encoding": "utf-8"})
            _judge(body)
        except RecursionError:
            raise ParseError("JSON nested too deeply") from None
        return body


class FirstRenderer(BaseContentNegotiation):
    """An odd `Accept` is no reason to refuse: every operation has one kind of answer."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        media = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media), None)

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type or "application/json"


def _judge(body: Any) -> None:
    for count, (path, value) in enumerate(_values(body, "")):
        if count >= MOST_VALUES:
            raise invalid(path, "too_many_values", f"A body holds at most {MOST_VALUES} values.")
        if isinstance(value, str) and _UNUSABLE.search(value):
            raise invalid(path, "unusable_characters", "NUL and lone surrogates are no text.")


def _values(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Everything in a body with its dotted path; names of fields count as values."""
    yield path, value
    if isinstance(value, dict):
        for name, inner in value.items():
            own = _UNUSABLE.sub("?", name[:100])
            yield _joined(path, own), name
            yield from _values(inner, _joined(path, own))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _values(inner, _joined(path, str(index)))


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
