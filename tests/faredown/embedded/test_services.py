"""The embedded servers, started for real in a folder of their own, and the ones of this very test run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from django.conf import settings

from faredown.embedded import ports, postgres, processes, services, valkey
from faredown.embedded.processes import Child, Command
from faredown.embedded.servers import Launch, StartFailed
from tests import network
from tests import services as run_services

VALKEYS = (services.CACHE_URL, services.BROKER_URL)


@pytest.fixture
def launch() -> Iterator[Launch]:
    children: list[Child] = []

    def launch(command: Command) -> Child:
        children.append(processes.spawn(command))
        return children[-1]

    yield launch
    processes.stop_all(children)


def test_postgres_keeps_its_data_and_its_password_over_a_restart(tmp_path: Path, launch: Launch) -> None:
    tmp_path.chmod(0o711)
    log = tmp_path / "postgres.log"
    first = postgres.start(tmp_path / "pg", durable=False, launch=launch, log=log)
    with psycopg.connect(first.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    first.child.stop()

    second = postgres.start(tmp_path / "pg", durable=False, launch=launch, log=log)

    with psycopg.connect(second.url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("SELECT upper('ñandú') < 'Ñz'").fetchone() == (True,)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(second.url.replace(second.url.split(":")[2].split("@")[0], "guessed"))


def test_postgres_starts_although_a_stranger_has_the_number_in_its_pid_file(
    tmp_path: Path, launch: Launch
) -> None:
    tmp_path.chmod(0o711)
    log = tmp_path / "postgres.log"
    server = postgres.start(tmp_path / "pg", durable=False, launch=launch, log=log)
    pid_file = tmp_path / "pg" / "data" / "postmaster.pid"
    left = pid_file.read_text()
    server.child.stop()
    pid_file.write_text(left.replace(str(server.child.identity.pid), str(os.getpid()), 1))

    again = postgres.start(tmp_path / "pg", durable=False, launch=launch, log=log)

    assert again.child.returncode() is None


def test_the_broker_remembers_and_never_evicts_the_cache_forgets(tmp_path: Path, launch: Launch) -> None:
    facts = {}
    for role in valkey.Role:
        log = tmp_path / f"{role}.log"
        server = valkey.start(tmp_path / role, role, durable=True, launch=launch, log=log)
        redis.Redis.from_url(server.url).set("key", "value")
        server.child.stop()
        again = redis.Redis.from_url(
            valkey.start(tmp_path / role, role, durable=True, launch=launch, log=log).url,
            decode_responses=True,
        )
        settings = again.config_get("maxmemory*")
        facts[role] = (settings["maxmemory-policy"], settings["maxmemory"], again.get("key"))
    assert facts == {"cache": ("allkeys-lru", "268435456", None), "broker": ("noeviction", "0", "value")}


def test_a_server_that_cannot_start_says_why(tmp_path: Path, launch: Launch) -> None:
    broken = tmp_path / "broker" / "appendonlydir"
    broken.parent.mkdir()
    broken.write_text("a file where the server wants its folder")
    with pytest.raises(StartFailed, match=r"valkey-broker did not start:\n(.*\n)*.*appendonlydir"):
        valkey.start(
            tmp_path / "broker", valkey.Role.BROKER, durable=True, launch=launch, log=tmp_path / "broker.log"
        )


def test_addresses_given_from_outside_start_nothing(tmp_path: Path) -> None:
    given = {name: os.environ[name] for name in (services.DATABASE_URL, *VALKEYS)}

    def refuse(command: Command) -> Child:
        raise AssertionError(f"started {command.name}")

    assert services.start(tmp_path, durable=False, launch=refuse, given=given | {"OTHER": "x"}) == given


def test_a_worker_has_valkey_databases_of_its_own() -> None:
    asked = {
        redis.Redis.from_url(os.environ[name]).connection_pool.connection_kwargs["db"] for name in VALKEYS
    }
    used = {settings.CACHES[alias]["LOCATION"] for alias in ("default", "durable")}
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw-1")
    assert asked == {int(worker.removeprefix("gw")) + 1}
    assert used == {os.environ[name] for name in VALKEYS}
    assert run_services.with_database("redis://:pw@127.0.0.1:6379/0", 3) == "redis://:pw@127.0.0.1:6379/3"
    assert run_services.with_database("redis://127.0.0.1:6379", 3) == "redis://127.0.0.1:6379/3"


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_no_test_reaches_another_machine(host: str) -> None:
    with pytest.raises(network.NetworkRefused):
        socket.create_connection((host, 80), timeout=1)


def test_no_test_asks_for_another_machines_name() -> None:
    with pytest.raises(network.NetworkRefused):
        socket.getaddrinfo("hotels.example", 443)
    assert socket.getaddrinfo("localhost", 443)


def test_a_taken_port_gives_the_next_free_one() -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as taken:
        first = taken.getsockname()[1]
        assert not ports.is_free(first)
        assert first < ports.free_from(first) <= first + 200


CLAIMANT = """
import sys
from faredown.embedded import ports
print(ports.free_from(int(sys.argv[1])), flush=True)
sys.stdin.read()
"""


def test_a_port_found_by_one_process_is_not_given_to_another_before_it_listens() -> None:
    first = ports.free()
    command = [sys.executable, "-c", CLAIMANT, str(first)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as claimant:
        assert claimant.stdout
        found = int(claimant.stdout.readline())
        assert ports.is_free(found)
        assert not ports.claim(found)
        claimant.communicate()
    assert ports.claim(found)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        (services.DATABASE_URL, "postgresql://faredown:secret@127.0.0.1:{port}/faredown"),
        (services.BROKER_URL, "redis://:secret@127.0.0.1:{port}/0"),
    ],
)
def test_a_given_server_that_does_not_answer_is_named(
    name: str, url: str, launch: Launch, tmp_path: Path
) -> None:
    given = {name: url.format(port=ports.free())}
    with pytest.raises(StartFailed, match=f"{name} is set, but its server does not let us in") as stopped:
        services.start(tmp_path / "home", durable=False, launch=launch, given=given)
    assert "secret" not in str(stopped.value)
