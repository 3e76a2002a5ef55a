"""A hotel in the backoffice: what is on its page, who may correct it, what the supplier says now, how the list narrows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from faredown.accounts.models import User
from faredown.accounts.services import roles
from faredown.accounts.services.roles import RoleName
from faredown.lib import http
from hotels.models import ContentEdit, Destination, Hotel, HotelCode, HotelText
from hotels.selectors import neighbours
from hotels.services.content import edits
from suppliers.models import Call
from suppliers.simulators.hotelbeds.running import Running

pytestmark = pytest.mark.django_db
LIST = "/admin/hotels/hotel/"


@pytest.fixture
def hotel(place: Destination) -> Hotel:
    found = place.hotels.exclude(images=[]).filter(latitude__isnull=False, status="live").order_by("pk")
    return found[0]


@pytest.fixture
def chief(db: None, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    return client


def desk(role: RoleName) -> Client:
    roles.seed()
    person = User.objects.create_user(f"{role.value}@example.com", "correct horse battery", is_staff=True)
    person.groups.add(Group.objects.get(name=role.value))
    client = Client()
    client.force_login(person)
    return client


def page_of(hotel: Hotel, verb: str = "change") -> str:
    return reverse(f"admin:hotels_hotel_{verb}", args=(hotel.pk,))


def said(field: str, **given: Any) -> dict[str, Any]:
    return {"field": field, "language": "", "seen": "", "reason": "The hotel wrote to us.", **given}


def test_the_page_shows_the_hotel_whole(hotel: Hotel, chief: Client) -> None:
    page = chief.get(page_of(hotel)).content.decode()
    for part in ("photos", "fields", "texts", "place", "rooms", "facilities", "told"):
        assert f'id="{part}"' in page
    for image in hotel.images:
        assert image["path"] in page
    for text in hotel.texts.all():
        assert f'lang="{text.language}"' in page
    assert 'dir="rtl"' in page
    assert "<svg" in page
    assert "Ask the supplier now" in page
