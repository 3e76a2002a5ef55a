"""Whose turn it is, where a process lives on but could not say that it is done."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from faredown.idempotency.services import leases
from hotels.services.content import turn

pytestmark = pytest.mark.django_db

SUPPLIER = "hotelbeds"


def test_nobody_waits_for_a_lease_that_the_database_did_not_hear_back_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = turn.take(SUPPLIER)
    assert held is not None
    assert turn.take(SUPPLIER) is None

    def lost(_: leases.Held) -> None:
        raise OperationalError("the server is starting up")

    with monkeypatch.context() as away:
        away.setattr(leases, "release", lost)
        with pytest.raises(OperationalError):
            turn.give_back(held)
    again = turn.take(SUPPLIER)
    assert again is not None
    assert again.token == held.token + 1
    assert turn.take(SUPPLIER) is None
    turn.give_back(again)
