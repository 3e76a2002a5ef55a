"""Serializers and fields of what callers send, strict where leniency would sell something that was not asked for."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from rest_framework import serializers

from faredown.lib.errors import FieldError, InvalidInput

_LONGEST_NAME = 100
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


# A comment, as the schema would take a docstring over to every input.
# Refuses fields it does not know: `simulated` for `simulate` would cancel a booking, `childrenAges` would leave the
# children at home.
class Input(serializers.Serializer[Any]):
    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = {str(name)[:_LONGEST_NAME]: [_UNKNOWN] for name in data if name not in self.fields}
            if unknown:
                raise serializers.ValidationError(unknown, code="unknown_field")
        return super().to_internal_value(data)


class WholeNumber(serializers.IntegerField):
    """A JSON number without a fraction: neither "7" nor true."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int | float) or data != data // 1:
            self.fail("invalid")
        return int(data)


class Number(serializers.FloatField):
    """A JSON number: neither "7" nor true."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """true or false, and nothing that reads like one."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Day(serializers.DateField):
    """YYYY-MM-DD, of the ISO 8601 forms only this."""

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not _DATE.match(value):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


def refuse_unknown(shape: serializers.BaseSerializer[Any], body: Mapping[str, Any]) -> None:
    """For bodies that services judge themselves: only that every field of `body` is one of `shape`'s."""
    errors = list(_unknown(shape, body, ""))
    if errors:
        raise InvalidInput(detail=errors[0].message, errors=errors)


def _unknown(shape: Any, value: Any, path: str) -> Iterator[FieldError]:
    if isinstance(shape, serializers.ListSerializer):
        for index, inner in enumerate(value if isinstance(value, list) else ()):
            yield from _unknown(shape.child, inner, f"{path}{index}.")
    elif isinstance(shape, serializers.Serializer) and isinstance(value, Mapping):
        for name, inner in value.items():
            if name in shape.fields:
                yield from _unknown(shape.fields[name], inner, f"{path}{name}.")
            else:
                yield FieldError(f"{path}{name[:_LONGEST_NAME]}", "unknown_field", _UNKNOWN)


_UNKNOWN = "There is no such field."
