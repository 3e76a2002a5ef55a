"""A key is changed: put in front, everything encrypted anew, the old one dropped."""

from __future__ import annotations

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from faredown.lib import crypto, rotation
from suppliers.models import Credential, Supplier

pytestmark = pytest.mark.django_db

OLD, NEW, LOST = (Fernet.generate_key().decode() for _ in range(3))


@pytest.fixture
def stored(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[Credential]:
    """Three credentials under the old key, one of them with a certificate; batches of two."""
    monkeypatch.setattr(rotation, "BATCH", 2)
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    supplier = Supplier.objects.get_or_create(code="hotelbeds", defaults={"name": "Hotelbeds"})[0]
    return [
        Credential.objects.create(
            supplier=supplier, label=f"c{number}", api_key=f"key-{number}", secret=f"secret-{number}",
            client_key="pem" if number == 0 else "",
        )
        for number in range(3)
    ]  # fmt: skip


def rotate() -> str:
    out = StringIO()
    call_command("rotate_credentials", stdout=out)
    return out.getvalue()


def columns() -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT api_key, secret, client_certificate, client_key FROM suppliers_credential ORDER BY id"
        )
        return list(cursor.fetchall())


def _history() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM suppliers_credentialevent")
        (number,) = cursor.fetchone()
    return int(number)


def test_the_old_key_can_go(stored: list[Credential], settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    told = rotate()
    assert "suppliers.Credential.api_key: 3 encrypted anew, 0 under the newest key already" in told
    assert "suppliers.Credential.client_key: 1 encrypted anew, 0 under the newest key already" in told
    assert "secret-" not in told
    assert "key-" not in told
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert [(row.api_key, row.secret, row.client_key) for row in Credential.objects.order_by("pk")] == [
        ("key-0", "secret-0", "pem"),
        ("key-1", "secret-1", ""),
        ("key-2", "secret-2", ""),
    ]


def test_a_second_run_writes_nothing(stored: list[Credential], settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    rotate()
    before, history = columns(), _history()
    assert "suppliers.Credential.secret: 0 encrypted anew, 3 under the newest key already" in rotate()
    assert columns() == before
    assert _history() == history


def test_what_changed_meanwhile_is_left_alone(
    stored: list[Credential], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    really = crypto.rotate

    def staff_are_quicker(token: str) -> str:
        Credential.objects.filter(pk=stored[0].pk).update(secret="typed anew")
        return really(token)

    monkeypatch.setattr(crypto, "rotate", staff_are_quicker)
    assert rotation.rotate(Credential, "secret").encrypted == 2
    assert Credential.objects.get(pk=stored[0].pk).secret == "typed anew"


def test_what_no_key_opens_is_named_and_stops_nothing(stored: list[Credential], settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [LOST]
    Credential.objects.filter(pk=stored[1].pk).update(secret="unreadable")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    with pytest.raises(CommandError, match=f"opens suppliers.Credential.secret of {stored[1].pk}\\."):
        rotate()
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert Credential.objects.values_list("secret", flat=True).get(pk=stored[2].pk) == "secret-2"
