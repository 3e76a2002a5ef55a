"""The query parameters every content call shares, read and checked (REFERENCE section 9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from multidict import MultiMapping

from suppliers.simulators.hotelbeds.catalogue import texts
from suppliers.simulators.hotelbeds.wire import WireError, invalid_request

MOST = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """`first` and `last` are 1-based and inclusive; `fields` None means all of them; `codes` None means any."""

    first: int
    last: int
    language: str
    secondary: bool
    fields: frozenset[str] | None
    since: date | None
    codes: tuple[str, ...] | None

    @property
    def key(self) -> str:
        """The same for the same question in any process (a set's order is not)."""
        fields = None if self.fields is None else sorted(self.fields)
        return repr((self.first, self.last, self.language, self.secondary, fields, self.since, self.codes))

    def cut(self, records: Sequence[Any]) -> Sequence[Any]:
        return records[self.first - 1 : self.last]

    def trim(self, record: dict[str, Any]) -> dict[str, Any]:
        """Only the wanted fields, as far as the record has them."""
        if self.fields is None:
            return record
        return {key: value for key, value in record.items() if key in self.fields}


def read(query: MultiMapping[str]) -> Asked:
    first, last = whole(query, "from", 1), whole(query, "to", 100)
    if first < 1:
        raise invalid_data("The minimun value for the parameter From is 1")
    if last < first:
        raise invalid_data("The parameter To must be greater than From")
    if last - first + 1 > MOST:
        raise invalid_data("The number of elements in response are limited to 1000")
    fields = several(query, "fields")
    return Asked(
        first=first,
        last=last,
        language=query.get("language", "").strip().upper() or texts.ENGLISH,
        secondary=flag(query, "useSecondaryLanguage"),
        fields=None if fields is None or "all" in {field.lower() for field in fields} else frozenset(fields),
        since=day(query, "lastUpdateTime"),
        codes=several(query, "codes"),
    )


def several(query: MultiMapping[str], name: str) -> tuple[str, ...] | None:
    """A comma list, the parameter repeated, or both."""
    found = tuple(
        part.strip() for value in query.getall(name, []) for part in value.split(",") if part.strip()
    )
    return found or None


def whole(query: MultiMapping[str], name: str, default: int) -> int:
    text = query.get(name, "").strip()
    return number(text) if text else default


def number(text: str) -> int:
    if not text.isascii() or not text.lstrip("-").isdigit() or len(text) > 10:
        raise _unfit("int", f'java.lang.NumberFormatException: For input string: "{text[:40]}"')
    return int(text)


def flag(query: MultiMapping[str], name: str) -> bool:
    text = query.get(name, "").strip().lower()
    if text not in {"", "true", "false"}:
        raise _unfit("boolean", f"java.lang.IllegalArgumentException: Invalid boolean value [{text[:40]}]")
    return text == "true"


def day(query: MultiMapping[str], name: str) -> date | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _unfit("java.util.Date", f"java.text.ParseException: Unparseable date: {text[:40]}") from None


def invalid_data(message: str) -> WireError:
    return WireError(400, f"Invalid data. {message}", category="INVALID_DATA")


def _unfit(kind: str, cause: str) -> WireError:
    return invalid_request(
        f"Failed to convert value of type 'java.lang.String' to required type '{kind}'; nested exception is {cause}"
    )
