"""With an owner of its own the ledger is out of the program's reach, and the program still does its work."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from bookings.models import Booking
from bookings.services import cancellation, ledger_owner, seals
from tests.bookings.world import World

GRANTS = (
    "CREATE ROLE {}",
    "GRANT ALL ON ALL TABLES IN SCHEMA public TO {}",
    "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {}",
)


@pytest.fixture
def booked(world: World, settings: Settings, tmp_path: Path) -> Booking:
    settings.LEDGER_SEALS_FOLDER = tmp_path / "seals"
    return world.book().booking


@pytest.fixture
def program(booked: Booking) -> Iterator[None]:
    """What is done now is done by the program's role; its like is gone with the test."""
    name = connection.settings_dict["NAME"]  # roles are the server's, and another process may test there
    owner, role = f"{name}_owner", f"{name}_program"
    with connection.cursor() as cursor:
        for statement in GRANTS:
            cursor.execute(statement.format(role))
        for statement in ledger_owner.statements(owner=owner, program=role):
            cursor.execute(statement)
        cursor.execute("SELECT current_user")
        (superuser,) = cursor.fetchone()
        cursor.execute(f"SET ROLE {role}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(f"REASSIGN OWNED BY {owner} TO {superuser}")
        cursor.execute(f"DROP OWNED BY {role}")
        cursor.execute(f"DROP ROLE {role}, {owner}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET id = id",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER USER",
        "DROP TABLE {} CASCADE",
    ],
)
@pytest.mark.parametrize("table", ledger_owner.TABLES)
def test_the_program_can_only_read_and_add(program: None, table: str, statement: str) -> None:
    refused = pytest.raises(DatabaseError, match=r"denied|must be owner")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_the_program_cannot_pass_the_triggers_by(program: None) -> None:
    with pytest.raises(DatabaseError, match="denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")


def test_the_program_still_does_its_work(program: None, booked: Booking) -> None:
    cancellation.cancel(booked, reason="Plans changed")
    assert booked.ledger_entries.count() == 5
    assert seals.seal().entries == 5


def test_the_command_prints_the_statements(db: None) -> None:
    out = StringIO()
    call_command("own_ledger", "faredown_ledger", program="faredown", stdout=out)
    assert "ALTER TABLE bookings_ledgerentry OWNER TO faredown_ledger;" in out.getvalue()
    assert "GRANT SELECT, INSERT ON bookings_journalline TO faredown;" in out.getvalue()


@pytest.mark.parametrize(
    ("owner", "said"), [("faredown", "another role"), ("x; DROP TABLE y", "small letters")]
)
def test_the_command_refuses_what_is_no_other_role(db: None, owner: str, said: str) -> None:
    with pytest.raises(CommandError, match=said) as refused:
        call_command("own_ledger", owner, program="faredown")
    assert refused.value.returncode == 2
