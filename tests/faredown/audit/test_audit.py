from datetime import UTC, datetime

import pytest
from django.apps import apps

from faredown.accounts.models import User
from faredown.audit.models import Action
from faredown.audit.services import audit
from faredown.lib import clock, network
from faredown.lib.logging import request_id
from faredown.lib.money import Money

pytestmark = pytest.mark.django_db


def test_who_did_what_to_what_from_where() -> None:
    ada = User.objects.create_user("ada@example.com")
    at = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    request, address = request_id.set("req_12345678"), network.current_address.set("198.51.100.1")
    with clock.frozen(at):
        audit.record(
            "booking.cancelled", target=("booking", "FD1"), by=ada, fee=Money.of("1.5", "EUR"), free=False
        )
    request_id.reset(request)
    network.current_address.reset(address)
    action = Action.objects.get()
    assert (action.at, action.by, action.action) == (at, ada, "booking.cancelled")
    assert (action.target_type, action.target_reference) == ("booking", "FD1")
    assert action.detail == {"fee": {"amount": "1.50", "currency": "EUR"}, "free": False}
    assert (action.request_id, action.ip) == ("req_12345678", "198.51.100.1")


def test_a_row_is_named_by_what_people_call_it() -> None:
    ada = User.objects.create_user("ada@example.com")
    action = audit.record("user.closed", target=ada)
    assert (action.target_type, action.target_reference) == ("accounts.user", ada.public_id)
    assert (action.by, action.ip) == (None, None)


def test_what_changed_in_a_row_is_kept_by_the_database() -> None:
    ada = User.objects.create_user("ada@example.com", "correct horse")
    User.objects.filter(pk=ada.pk).update(is_staff=True)
    events = apps.get_model("accounts", "UserEvent")
    history = (
        events._default_manager.filter(pgh_obj=ada).order_by("pgh_id").values_list("pgh_label", "is_staff")
    )
    assert list(history) == [("insert", False), ("update", True)]
    assert not hasattr(events, "password")
