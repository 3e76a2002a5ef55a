"""What the demo makes up once, and what it takes from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from faredown.demo import environment, layout, running
from faredown.embedded import ports
from faredown.embedded.supervisor import Supervisor


def test_secrets_are_made_once_and_readable_by_us_alone(tmp_path: Path) -> None:
    place = layout.prepare(tmp_path / "home")
    first = layout.secrets_of(place)

    assert layout.secrets_of(place) == first
    assert (tmp_path / "home" / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len(first.secret_key) >= 50
    assert (
        Fernet(first.field_encryption_key).decrypt(Fernet(first.field_encryption_key).encrypt(b"card"))
        == b"card"
    )
    assert layout.secrets_of(layout.prepare(tmp_path / "another")) != first


def test_the_port_asked_for_is_used_or_refused_by_name() -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as taken:
        number = str(taken.getsockname()[1])
        with pytest.raises(ValueError, match=f"PORT is {number}, and another program listens there"):
            layout.site_port(number)
    assert layout.site_port(number) == int(number)


@pytest.mark.parametrize("wrong", ["web", "0", "65536", "-1", "80 80"])
def test_a_port_that_is_none_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(ValueError, match=f"PORT is '{wrong}'; it has to be a number from 1 to 65535"):
        layout.site_port(wrong)


def test_the_simulator_keeps_its_port_while_it_is_free(tmp_path: Path) -> None:
    place = layout.prepare(tmp_path / "home")
    first = layout.simulator_port(place)
    assert layout.simulator_port(place) == first
    with socket.create_server((ports.LOOPBACK, first)):
        assert layout.simulator_port(place) > first


def test_what_was_given_is_told_from_what_the_settings_made_up(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FROM_FILE=file\nFROM_BOTH=file\n")
    script = f"""
import os
from pathlib import Path
os.environ["SET_LATER"] = "by a default"
from faredown.demo import environment
given = environment.given(Path({str(tmp_path / ".env")!r}))
print([given.get(name) for name in ("FROM_SHELL", "FROM_FILE", "FROM_BOTH", "SET_LATER")])
"""
    env = os.environ | {"FROM_SHELL": "shell", "FROM_BOTH": "shell"}
    told = subprocess.run(
        [sys.executable, "-c", script], env=env, cwd=layout.ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout == "['shell', 'file', 'shell', None]\n"


def test_no_env_file_is_no_error(tmp_path: Path) -> None:
    assert environment.given(tmp_path / "none")["PATH"] == os.environ["PATH"]


def test_a_second_demo_in_the_same_folder_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    with Supervisor(layout.prepare(home).run):
        assert running.run(running.Options(), {}, home=home) == 1
    assert f"already running here, as process {os.getpid()}" in capfd.readouterr().err
