from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from faredown.lib import clock
from suppliers import credentials, registry
from suppliers.errors import NotConfigured
from suppliers.limits import of
from suppliers.models import Credential, Supplier
from suppliers.operations import Operation
from suppliers.registry import Capability, UnknownSupplier

pytestmark = pytest.mark.django_db


@pytest.fixture
def supplier(settings: Settings) -> Supplier:
    settings.HOTELBEDS_API_KEY = settings.HOTELBEDS_SECRET = ""
    return Supplier.objects.get(code="hotelbeds")


def credential(supplier: Supplier, scope: str = "all", **facts: object) -> Credential:
    base = {"label": scope, "host": "https://api.example.com/", "api_key": "key", "secret": "seal"}
    return Credential.objects.create(supplier=supplier, scope=scope, **{**base, **facts})


def label(operation: Operation) -> str:
    return credentials.for_operation("hotelbeds", operation).label


def test_the_narrowest_scope_wins(supplier: Supplier) -> None:
    for scope in ("all", "booking_api", "book"):
        credential(supplier, scope)

    assert label(Operation.BOOK) == "book"
    assert label(Operation.CANCEL) == "booking_api"
    assert label(Operation.CONTENT) == "all"


def test_a_rotation_happens_at_its_hour(supplier: Supplier) -> None:
    now = clock.now()
    credential(supplier, label="old", valid_from=now - timedelta(days=1))
    credential(supplier, label="new", valid_from=now + timedelta(hours=1))
    credential(supplier, label="off", valid_from=now, is_active=False)
    keyring = credentials.keyring("hotelbeds")

    assert keyring.for_operation(Operation.BOOK).label == "old"
    with clock.travel(timedelta(hours=2)):
        assert keyring.for_operation(Operation.BOOK).label == "new"


def test_secrets_are_stored_encrypted_and_stay_out_of_texts_and_history(supplier: Supplier) -> None:
    credential(supplier, api_key="plain-api-key", secret="plain-secret")

    with connection.cursor() as cursor:
        cursor.execute("SELECT api_key || secret FROM suppliers_credential")
        (stored,) = cursor.fetchone()
        cursor.execute("SELECT to_jsonb(event)::text FROM suppliers_credentialevent event")
        (history,) = cursor.fetchone()
    access = credentials.for_operation("hotelbeds", Operation.BOOK)
    assert "plain" not in stored
    assert "api_key" not in history
    assert (access.api_key, access.secret) == ("plain-api-key", "plain-secret")
    assert "plain" not in repr(access)


def test_settings_feed_a_credential_where_no_row_does(supplier: Supplier, settings: Settings) -> None:
    settings.HOTELBEDS_API_KEY, settings.HOTELBEDS_SECRET = "key", "seal"
    settings.HOTELBEDS_BASE_URL = "http://127.0.0.1:9/hotel-api"
    settings.HOTELBEDS_CONTENT_URL = "http://127.0.0.1:9/hotel-content-api"
    settings.HOTELBEDS_QPS = 70

    keyring = credentials.keyring("hotelbeds")

    assert keyring.for_operation(Operation.BOOK).host == "http://127.0.0.1:9/hotel-api"
    assert keyring.for_operation(Operation.CONTENT).host == "http://127.0.0.1:9/hotel-content-api"
    assert of(supplier, from_settings=True).booking_rate == 70
    assert of(supplier, from_settings=False).booking_rate == 10


def test_without_any_credential_nothing_is_asked(supplier: Supplier) -> None:
    with pytest.raises(NotConfigured, match="set HOTELBEDS_API_KEY"):
        credentials.for_operation("hotelbeds", Operation.STATUS)


def test_the_registry_builds_once_and_anew_after_a_change(supplier: Supplier, settings: Settings) -> None:
    credential(supplier)
    first = registry.get("hotelbeds")
    assert registry.get("hotelbeds") is first

    registry.forget()  # what saving in the backoffice does; other processes look again after a few seconds
    Supplier.objects.filter(code="hotelbeds").update(settings={"max_hotels": 100})
    second = registry.get("hotelbeds")

    assert (first.max_hotels, second.max_hotels) == (2000, 100)
    settings.HOTELBEDS_BASE_URL = "http://127.0.0.1:9/elsewhere"
    assert registry.get("hotelbeds") is not second


def test_a_setting_the_adapter_does_not_know_is_named(supplier: Supplier) -> None:
    credential(supplier)
    Supplier.objects.filter(code="hotelbeds").update(settings={"max_hotel": 100})

    with pytest.raises(NotConfigured, match="max_hotel"):
        registry.get("hotelbeds")


def test_switches_say_who_may_be_asked(supplier: Supplier) -> None:
    assert registry.enabled(Capability.BOOKING) == ["hotelbeds"]

    supplier.sells_booking = False
    supplier.save()
    assert registry.enabled(Capability.BOOKING) == []
    assert registry.enabled(Capability.CONTENT) == ["hotelbeds"]

    supplier.is_enabled = False
    supplier.save()
    assert registry.enabled(Capability.CONTENT) == []

    Supplier.objects.all().delete()
    assert registry.enabled(Capability.BOOKING) == ["hotelbeds"]


def test_a_supplier_nobody_wrote(supplier: Supplier) -> None:
    with pytest.raises(UnknownSupplier):
        registry.get("hotelmars")
