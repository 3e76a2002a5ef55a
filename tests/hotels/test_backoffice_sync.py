"""A sync in the hands of staff: who may do what, what is recorded, and what the page of a run says."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from faredown.accounts.models import User
from faredown.accounts.services import roles
from faredown.accounts.services.roles import RoleName
from faredown.audit.models import Action
from faredown.lib import clock
from hotels.models import Country, Destination, DestinationCode, SyncRun
from hotels.services.content import waiting
from suppliers.errors import Throttled

pytestmark = pytest.mark.django_db

START = reverse("admin:hotels_syncrun_start")
LIST = "/admin/hotels/syncrun/"
FORM = {"supplier": "hotelbeds", "kind": "full", "destination": "", "languages": ["en", "es"]}


def desk(role: RoleName) -> Client:
    """Somebody of that role, signed in."""
    roles.seed()
    person = User.objects.create_user(f"{role.value.lower()}@example.com", "correct horse", is_staff=True)
    person.groups.add(Group.objects.get(name=role.value))
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def editor() -> Client:
    return desk(RoleName.CONTENT)


@pytest.fixture
def palma() -> Destination:
    spain = Country.objects.create(iso_code="ES", code="ES", names={"en": "Spain"})
    place = Destination.objects.create(country=spain, name="Palma")
    DestinationCode.objects.create(supplier="hotelbeds", code="PMI", destination=place)
    return place


def made(**facts: Any) -> SyncRun:
    return SyncRun.objects.create(**{"supplier": "hotelbeds", "kind": "full", "stage": "hotels", **facts})


def press(client: Client, verb: str, run: SyncRun) -> tuple[int, str]:
    """The status before any redirect, and the page that the person then sees."""
    url = reverse(f"admin:hotels_syncrun_{verb}", args=(run.pk,))
    first = client.post(url)
    return first.status_code, client.get(
        first["Location"]
    ).content.decode() if first.status_code == 302 else ""


def test_a_run_is_started_for_one_destination_and_recorded(editor: Client, palma: Destination) -> None:
    answer = editor.post(START, FORM | {"destination": "pmi"})
    run = SyncRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}{run.pk}/change/")
    assert (run.kind, run.destination, run.languages, run.status) == ("full", palma, ["en", "es"], "running")
    assert run.started_by is not None
    assert run.started_by.email == "content@example.com"
    action = Action.objects.get(action="sync.started")
    assert (action.by, action.target_reference) == (run.started_by, run.public_id)
    assert action.detail == {
        "supplier": "hotelbeds",
        "kind": "full",
        "destination": palma.public_id,
        "languages": ["en", "es"],
    }


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"destination": "Atlantis"}, "The supplier has no destination Atlantis."),
        (
            {"destination": "Santiago"},
            "Several destinations are called Santiago: give the supplier&#x27;s code.",
        ),
        ({"kind": "everything"}, "Select a valid choice."),
        ({"supplier": "nobody"}, "Select a valid choice."),
        ({"languages": ["tlh"]}, "Select a valid choice."),
        ({"languages": []}, "This field is required."),
    ],
)
def test_what_cannot_be_started_is_said_on_the_form_and_writes_nothing(
    editor: Client, palma: Destination, change: dict[str, Any], told: str
) -> None:
    for code in ("SCQ", "SCL"):
        twin = Destination.objects.create(country=palma.country, name="Santiago")
        DestinationCode.objects.create(supplier="hotelbeds", code=code, destination=twin)
    answer = editor.post(START, FORM | change)
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert not SyncRun.objects.exists()
    assert not Action.objects.filter(action="sync.started").exists()


@pytest.mark.parametrize(
    "place", ["syncrun/abc/pause", "syncrun/99/stop", "destination/abc/sync", "destination/0/sync"]
)
def test_what_is_no_row_is_not_found(editor: Client, place: str) -> None:
    assert editor.get(f"/admin/hotels/{place}/").status_code == 404


@pytest.mark.parametrize("status", ["running", "paused"])
def test_a_second_run_beside_an_open_one_is_refused_in_words(editor: Client, status: str) -> None:
    made(status=status)
    answer = editor.post(START, FORM, follow=True)
    assert "A sync of this supplier is running or paused." in answer.content.decode()
    assert SyncRun.objects.count() == 1
    assert not Action.objects.filter(action="sync.started").exists()


def test_a_run_is_paused_resumed_and_stopped_and_each_is_recorded(editor: Client) -> None:
    run = made(position=3001)
    for verb, status in (("pause", "paused"), ("resume", "running"), ("stop", "stopped")):
        assert press(editor, verb, run)[0] == 302
        run.refresh_from_db()
        assert run.status == status
    assert (run.error, run.finished_at is not None) == ("", True)
    recorded = Action.objects.filter(target_reference=run.public_id).order_by("pk")
    assert [(row.action, row.detail, row.by.email if row.by else "") for row in recorded] == [
        (f"sync.{done}", {"stage": "hotels", "position": 3001}, "content@example.com")
        for done in ("paused", "resumed", "stopped")
    ]


@pytest.mark.parametrize(
    ("status", "verb", "told"),
    [
        ("paused", "pause", "Only a running sync can be paused."),
        ("done", "pause", "Only a running sync can be paused."),
        ("running", "resume", "Only a paused sync can be resumed."),
        ("done", "stop", "This sync is over."),
        ("failed", "stop", "This sync is over."),
        ("stopped", "stop", "This sync is over."),
        ("stopped", "resume", "Only a paused sync can be resumed."),
    ],
)
def test_a_verb_that_comes_too_late_says_so_and_writes_nothing(
    editor: Client, status: str, verb: str, told: str
) -> None:
    run = made(status=status, finished_at=clock.now() if status in {"done", "failed", "stopped"} else None)
    assert told in press(editor, verb, run)[1]
    run.refresh_from_db()
    assert run.status == status
    assert not Action.objects.filter(target_reference=run.public_id).exists()


@pytest.mark.parametrize("role", list(RoleName))
def test_who_may_look_and_who_may_act(role: RoleName) -> None:
    may_act = role in {RoleName.ADMINISTRATOR, RoleName.CONTENT}
    client, run = desk(role), made()
    assert client.get(f"{LIST}{run.pk}/change/").status_code == 200
    assert client.get(f"{LIST}{run.pk}/live/").status_code == 200
    assert client.get(START).status_code == (200 if may_act else 403)
    assert client.post(START, FORM).status_code == (302 if may_act else 403)
    for verb in ("pause", "resume", "stop"):
        assert press(client, verb, run)[0] == (302 if may_act else 403)
    run.refresh_from_db()
    assert run.status == ("stopped" if may_act else "running")


def test_who_has_no_business_with_hotels_sees_no_run() -> None:
    person = User.objects.create_user("night@example.com", "correct horse", is_staff=True)
    client, run = Client(), made()
    client.force_login(person)
    assert [client.get(f"{LIST}{run.pk}/{page}/").status_code for page in ("change", "live")] == [403, 403]
    assert Client().get(f"{LIST}{run.pk}/live/").status_code == 302


def test_the_page_offers_what_can_be_done_with_the_run(editor: Client) -> None:
    offered = {"running": {"pause", "stop"}, "paused": {"resume", "stop"}, "done": set()}
    for status, verbs in offered.items():
        SyncRun.objects.all().delete()
        run = made(status=status, finished_at=clock.now() if status == "done" else None)
        page = editor.get(f"{LIST}{run.pk}/change/").content.decode()
        links = {verb for verb in ("pause", "resume", "stop") if f"/syncrun/{run.pk}/{verb}" in page}
        assert links == verbs
        assert (f'data-url="{LIST}{run.pk}/live/"' in page) == (status == "running")


def test_the_live_values_of_a_run_in_the_middle_of_its_hotels(editor: Client) -> None:
    run = made(
        kind="full",
        position=4001,
        total=10_000,
        counts={
            "hotels": {"seen": 4000, "written": 120, "unchanged": 3880, "gaps": 3, "milliseconds": 20_000},
            "countries": {"seen": 200, "written": 200, "unchanged": 0, "milliseconds": 400},
        },
        errors={"throttled": 2, "unavailable": 7},
        findings={
            "hotel_without_name": {"count": 1, "samples": ["77"]},
            "unknown_facility": {"count": 1300, "samples": ["1", "<b>2</b>"]},
        },
    )
    board = editor.get(f"{LIST}{run.pk}/live/").json()
    assert (board["status"], board["live"]) == ("running", True)
    assert board["records"] == {"value": 4000, "max": 10_000}
    assert board["texts"]["records"] == "4,000 of 10,000"
    assert board["texts"]["rate"] == "200.0 a second"
    assert board["texts"]["ends"].endswith("in 30 s")
    assert board["texts"]["stage"] == f"{board['stage']['value']} of {board['stage']['max']}: hotels"
    assert board["tables"] == {
        "counts": [
            ["countries", "200", "200", "0", "0", "400 ms"],
            ["hotels", "4,000", "120", "3,880", "3", "20 s"],
        ],
        "errors": [["Unavailable", "7"], ["Throttled", "2"]],
        "findings": [["Unknown facility", "1,300", ["1", "<b>2</b>"]], ["Hotel without name", "1", ["77"]]],
    }
    page = editor.get(f"{LIST}{run.pk}/change/").content.decode()
    assert "<li>&lt;b&gt;2&lt;/b&gt;</li>" in page


def test_a_run_that_waits_says_until_when_and_why(editor: Client) -> None:
    run = made()
    waiting.note(run, Throttled("Queries per second", retry_after=600))
    with clock.frozen(clock.now()):
        SyncRun.objects.update(waits_until=(until := clock.now() + timedelta(minutes=10)))
        texts = editor.get(f"{LIST}{run.pk}/live/").json()["texts"]
    assert (
        texts["notice"]
        == f"Waits until {until:%H:%M:%S} UTC, 10 min 00 s more: throttled: Queries per second"
    )


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(editor: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert editor.get(LIST).status_code == 200
        return len(queries)

    person = User.objects.get()
    asked()
    made(status="done", finished_at=clock.now(), started_by=person)
    one = asked()
    for _ in range(5):
        made(status="done", finished_at=clock.now(), started_by=person)
    made(started_by=person)
    assert asked() == one


def test_a_stopped_run_is_listed_and_shown_as_stopped(editor: Client) -> None:
    run = made(position=3001, total=10_000, status="stopped", finished_at=clock.now())
    page = re.sub(r"<[^>]+>|\s+", " ", editor.get(f"{LIST}?status__exact=stopped").content.decode())
    assert re.search(r"Stopped +everything +by staff, at hotels, 3,000 of 10,000", page)
    assert editor.get(f"{LIST}?status__exact=failed").context["cl"].result_count == 0
    board = editor.get(f"{LIST}{run.pk}/live/").json()
    assert (board["status"], board["live"], board["texts"]["status"]) == ("stopped", False, "Stopped")
    assert board["texts"]["notice"] == "Stopped by staff. What it wrote stays; the next sync begins anew."
