"""Every list of the backoffice asked for what none of its filters knows."""

from __future__ import annotations

import pytest
from django.test import Client

from faredown.accounts.models import User
from tests.faredown.test_backoffice_addresses import routes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("value", ["abc", "9" * 40])
def test_an_odd_filter_of_a_list_breaks_nothing(client: Client, value: str) -> None:
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    client.raise_request_exception = False
    answers: dict[tuple[str, str], int] = {}
    for route in routes(keyed=False, ours=False, end="_changelist"):
        filters = client.get(route).context["cl"].filter_specs
        names = {name for spec in filters for name in spec.expected_parameters() if name is not None}
        answers |= {
            (route, name): client.get(route, {name: value}).status_code for name in {*names, "q", "o", "p"}
        }
    assert len(answers) > 50
    assert {asked: status for asked, status in answers.items() if status not in (200, 302)} == {}
