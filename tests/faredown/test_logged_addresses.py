"""What Django, granian and we write about a request: never the key of a mailed link, a signature or a query."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from faredown.lib.logging import MASK, MaskedLines, configuration, redacted

KEY = "eyJ2IjoxfQ:1xYz:s1gn4ture"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What the house's own formatter makes of every record of these loggers."""
    given = configuration(level="DEBUG", as_json=True)["formatters"]["lines"]
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        MaskedLines(processors=given["processors"], foreign_pre_chain=given["foreign_pre_chain"])
    )
    loggers = [logging.getLogger(name) for name in ("django", "django.server", "granian.access")]
    for logger in loggers:
        logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    for logger in loggers:
        logger.removeHandler(handler)


@pytest.mark.django_db
def test_a_form_refused_for_csrf_names_its_route(lines: Lines) -> None:
    client = Client(enforce_csrf_checks=True)
    address = reverse("bookings:access", args=[KEY])
    assert client.post(f"{address}?from=mail", {}).status_code == 403
    (refused,) = [line for line in lines() if line["logger"] == "django.security.csrf"]
    assert refused["event"] == "Forbidden (CSRF cookie not set.): bookings/access/<str:signed>/"
    assert refused["status_code"] == 403
    assert KEY not in json.dumps(lines())
    assert "from=mail" not in json.dumps(lines())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "route"),
    [
        (
            f"/api/v1/bookings/FD0123456789/voucher.pdf?signature={KEY}",
            "api/v1/bookings/<str:reference>/voucher.pdf",
        ),
        ("/bookings/FD0123456789/?lang=en", "bookings/<str:reference>/"),
    ],
)
def test_a_page_that_is_not_there_names_its_route(
    client: Client, lines: Lines, address: str, route: str
) -> None:
    assert client.get(address).status_code == 404
    (missing,) = [line for line in lines() if line["logger"] == "django.request"]
    assert (missing["event"], missing["route"]) == (f"Not Found: {route}", route)
    assert "request" not in missing
    assert "FD0123456789" not in json.dumps(lines())


@pytest.mark.django_db
def test_an_address_nobody_serves_is_not_repeated(client: Client, lines: Lines) -> None:
    assert client.get("/nowhere/Adà/?q=Ada").status_code == 404
    assert [line["event"] for line in lines()] == ["Not Found: unmatched"]


@pytest.mark.parametrize(
    "address",
    [
        reverse(name, args=[KEY])
        for name in ("bookings:access", "accounts:reset_link", "accounts:confirm_email")
    ],
)
def test_a_mailed_key_is_masked_in_any_text(address: str) -> None:
    kept = address.removesuffix(f"{KEY}/")
    assert redacted(f'"GET {address} HTTP/1.1" 302') == f'"GET {kept}{MASK}/ HTTP/1.1" 302'
    assert redacted(f"GET {address}?x=1") == f"GET {kept}{MASK}/?{MASK}"


def test_an_access_log_switched_on_is_masked_too(lines: Lines) -> None:
    facts = {"path": f"/bookings/access/{KEY}/?x={KEY}", "status": 200}
    logging.getLogger("granian.access").warning("%(path)s %(status)d", facts)
    assert [line["event"] for line in lines()] == [f"/bookings/access/{MASK}/?{MASK} 200"]


def test_every_logger_with_a_handler_writes_through_the_mask() -> None:
    loggers = {name: logging.getLogger(name) for name in ("django", "django.server", "granian.access")}
    assert settings.LOGGING["loggers"].keys() >= loggers.keys()
    assert settings.LOGGING["loggers"]["django"]["handlers"] == []
    for name in ("django.server", "granian.access"):
        ours = [one for one in loggers[name].handlers if type(one) is logging.StreamHandler]
        assert [type(one.formatter) for one in ours] == [MaskedLines]
