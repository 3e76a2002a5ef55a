from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from faredown.accounts.models import User
from suppliers import credentials
from suppliers.models import Call, Credential, Supplier
from suppliers.operations import Operation

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    user = User.objects.create(email="desk@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return client


@pytest.fixture
def credential() -> Credential:
    return Credential.objects.create(
        supplier=Supplier.objects.get(code="hotelbeds"),
        label="Test account",
        host="https://api.test.hotelbeds.com",
        api_key="plain-api-key",
        secret="plain-secret",
    )


def form(credential: Credential, **changed: str) -> dict[str, str]:
    return {
        "supplier": str(credential.supplier_id),
        "label": credential.label,
        "scope": credential.scope,
        "is_active": "on",
        "valid_from_0": "2026-11-22",
        "valid_from_1": "10:00:00",
        "host": credential.host,
        "version": credential.version,
        "api_key": "",
        "secret": "",
        "client_certificate": "",
        "client_key": "",
        **changed,
    }


def test_secrets_are_never_shown(staff: Client, credential: Credential) -> None:
    for url in (
        reverse("admin:suppliers_credential_changelist"),
        reverse("admin:suppliers_credential_change", args=[credential.pk]),
        reverse("admin:suppliers_credential_history", args=[credential.pk]),
    ):
        answer = staff.get(url)
        assert answer.status_code == 200
        assert "plain-" not in answer.content.decode()


def test_an_empty_field_keeps_the_secret_and_a_new_one_replaces_it(
    staff: Client, credential: Credential
) -> None:
    url = reverse("admin:suppliers_credential_change", args=[credential.pk])

    assert staff.post(url, form(credential, label="Renamed")).status_code == 302
    kept = credentials.for_operation("hotelbeds", Operation.BOOK)
    assert (kept.label, kept.api_key, kept.secret) == ("Renamed", "plain-api-key", "plain-secret")

    assert staff.post(url, form(credential, secret="next-secret")).status_code == 302
    turned = credentials.for_operation("hotelbeds", Operation.BOOK)
    assert (turned.api_key, turned.secret) == ("plain-api-key", "next-secret")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"host": "http://api.hotelbeds.com"}, "Keys travel over https only."),
        (
            {"client_certificate": "no PEM", "client_key": "no PEM"},
            "Certificate and key do not work together",
        ),
    ],
)
def test_what_could_not_work_is_refused(
    staff: Client, credential: Credential, changed: dict[str, str], message: str
) -> None:
    answer = staff.post(
        reverse("admin:suppliers_credential_change", args=[credential.pk]), form(credential, **changed)
    )

    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert Credential.objects.get().host == "https://api.test.hotelbeds.com"


def test_a_new_credential_needs_key_and_secret(staff: Client, credential: Credential) -> None:
    answer = staff.post(reverse("admin:suppliers_credential_add"), form(credential, label="Next"))

    assert answer.status_code == 200
    assert answer.content.decode().count("A credential has a key and a secret.") == 2
    assert Credential.objects.count() == 1


def test_exchanges_are_read_and_never_written(staff: Client) -> None:
    call = Call.objects.create(
        supplier="hotelbeds",
        operation="book",
        outcome="ok",
        method="POST",
        path="/bookings",
        booking_reference="FD1",
        response_body='{"booking": 1}',
    )

    listed = staff.get(reverse("admin:suppliers_call_changelist"), {"q": "FD1"})
    page = staff.get(reverse("admin:suppliers_call_change", args=[call.pk]))

    assert "/change/" in listed.content.decode()
    assert "&quot;booking&quot;" in page.content.decode()
    assert staff.get(reverse("admin:suppliers_call_add")).status_code == 403
    assert (
        staff.post(reverse("admin:suppliers_call_delete", args=[call.pk]), {"post": "yes"}).status_code == 403
    )


def test_switches_and_limits_are_staff_s_to_set(staff: Client) -> None:
    supplier = Supplier.objects.get(code="hotelbeds")
    url = reverse("admin:suppliers_supplier_change", args=[supplier.pk])
    sent = {
        "name": "Hotelbeds",
        "is_enabled": "on",
        "sells_content": "on",
        "sells_availability": "on",
        "booking_rate": "25",
        "content_rate": "4",
        "daily_quota": "",
        "reserve_percent": "30",
        "availability_sample": "5",
        "answer_lives": "2:60 *:600",
        "stale_seconds": "900",
        "settings": '{"max_hotels": 500}',
    }

    assert staff.post(url, {**sent, "reserve_percent": "95"}).status_code == 200
    assert staff.post(url, {**sent, "answer_lives": "2:60"}).status_code == 200
    assert staff.post(url, sent).status_code == 302

    supplier.refresh_from_db()
    assert (int(supplier.booking_rate), supplier.reserve_percent, supplier.sells_booking) == (25, 30, False)
    assert (supplier.answer_lives, supplier.stale_seconds) == ("2:60 *:600", 900)
