from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from pytest_django import Settings

from faredown.embedded import ports
from faredown.lib import clock
from suppliers.models import Call
from suppliers.simulators.hotelbeds.running import Running

pytestmark = pytest.mark.django_db


def check(capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        call_command("hotelbeds_check", "--no-color")
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_a_good_account(simulator: Running, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = check(capsys)

    assert (code, err) == (0, "")
    assert [line.split(":")[0] for line in out.splitlines()] == [
        "credentials", "status", "content", "availability", "price check",
    ]  # fmt: skip
    assert set(Call.objects.values_list("operation", flat=True)) == {
        "status",
        "content",
        "availability",
        "check_rates",
    }


def test_no_credential(simulator: Running, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.HOTELBEDS_API_KEY = settings.HOTELBEDS_SECRET = ""

    code, _, err = check(capsys)

    assert code == 2
    assert "set HOTELBEDS_API_KEY" in err


def test_a_wrong_secret(simulator: Running, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.HOTELBEDS_SECRET = "another"

    code, out, err = check(capsys)

    assert code == 3
    assert "key and secret do not belong together" in err
    assert "Content API answers" not in out
    assert "another" not in out + err


def test_a_key_of_something_else(
    simulator: Running, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.HOTELBEDS_API_KEY = "activities"

    code, _, err = check(capsys)

    assert code == 3
    assert "another suite" in err


def test_nobody_there(simulator: Running, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.HOTELBEDS_BASE_URL = f"http://127.0.0.1:{ports.free()}/hotel-api"

    code, _, err = check(capsys)

    assert code == 4
    assert "No answer: not reached" in err


def test_a_clock_that_is_off_is_told_apart_from_a_wrong_secret(
    simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    with clock.travel(timedelta(minutes=10)):
        code, _, err = check(capsys)

    assert code == 5
    assert re.search(r"this machine's clock is 60[01] s ahead", err)


def test_a_clock_that_is_a_little_off_is_said_and_the_rest_tried(
    simulator: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    with clock.travel(timedelta(seconds=-100)):
        code, out, err = check(capsys)

    assert code == 5
    assert "behind. Set it (NTP)." in err
    assert "price check" in out


def test_a_used_up_quota(simulator: Running, capsys: pytest.CaptureFixture[str]) -> None:
    simulator.control.faults({"operation": "status", "kind": "quota_403", "count": 1})

    code, _, err = check(capsys)

    assert code == 6
    assert "50 requests a day" in err


def test_somebody_else_at_that_address(
    simulator: Running, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.HOTELBEDS_BASE_URL = f"{simulator.url}/_control"

    code, _, err = check(capsys)

    assert code == 7
    assert err
