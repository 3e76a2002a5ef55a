"""Every address of the backoffice asked with what no row has for a key. (Lists asked for what no filter knows:
tests/faults/test_odd_filters.py.)"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from faredown.accounts.models import User

pytestmark = pytest.mark.django_db

ODD = ("abc", "1_0", "9" * 40, "\x00")
DJANGOS = ("_changelist", "_add", "_history", "_delete", "_change")
ASKED = ("country", "destination", "supplier", "kind", "languages", "days", "by", "order", "next", "page")
"""What our own pages read from the query."""


def patterns(found: list[Any], before: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for pattern in found:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, route)
        elif route.startswith("/admin/"):
            yield route, pattern


def routes(*, keyed: bool, ours: bool, end: str = "") -> list[str]:
    return sorted(
        route
        for route, pattern in patterns(get_resolver().url_patterns)
        if bool(pattern.pattern.converters) == keyed
        and ours == (pattern.name is not None and not pattern.name.endswith(DJANGOS))
        and (pattern.name or "").endswith(end)
    )


def at(route: str, key: str) -> str:
    parts = route.replace(">", "<").split("<")
    return "".join(part if not number % 2 else quote(key, safe="") for number, part in enumerate(parts))


@pytest.fixture
def chief(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("route", routes(keyed=True, ours=True))
def test_an_odd_key_of_our_own_pages_is_not_found(chief: Client, route: str) -> None:
    answers = {key: chief.get(at(route, key)).status_code for key in ODD}
    answers["posted"] = chief.post(at(route, "abc")).status_code
    assert {asked: status for asked, status in answers.items() if status not in (302, 400, 404, 405)} == {}


@pytest.mark.parametrize("end", ["_change", "_history"])
def test_an_odd_key_of_djangos_pages_leads_back_to_the_list(chief: Client, end: str) -> None:
    found = routes(keyed=True, ours=False, end=end)
    assert len(found) > 30
    answers = {route: chief.get(at(route, "abc")).status_code for route in found}
    assert {asked: status for asked, status in answers.items() if status not in (302, 403, 404)} == {}


@pytest.mark.parametrize("route", routes(keyed=False, ours=True))
@pytest.mark.parametrize("value", ["abc", "9" * 40])
def test_an_odd_question_to_our_own_pages_breaks_nothing(chief: Client, route: str, value: str) -> None:
    assert chief.get(route, dict.fromkeys(ASKED, value)).status_code < 500
