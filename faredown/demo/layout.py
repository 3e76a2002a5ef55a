"""Where the demo keeps things, and the ports and secrets it made up once. Everything lies in one folder."""

from __future__ import annotations

import base64
import json
import secrets
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from faredown.embedded import ports

ROOT = Path(__file__).resolve().parents[2]
SITE_PORT = 8000
SIMULATOR_PORT = 8100
STAFF_EMAIL = "staff@faredown.example"


@dataclass(frozen=True, slots=True)
class Layout:
    home: Path

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def metrics(self) -> Path:
        return self.home / "metrics"

    @property
    def mail(self) -> Path:
        return self.home / "mail"

    @property
    def environment(self) -> Path:
        """What the processes were started with, for a shell beside the running demo."""
        return self.home / "environment"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"


@dataclass(frozen=True, slots=True)
class Secrets:
    secret_key: str
    field_encryption_key: str
    staff_password: str
    hotelbeds_key: str
    hotelbeds_secret: str


def prepare(home: Path) -> Layout:
    layout = Layout(home)
    for folder in (layout.home, layout.logs, layout.run, layout.metrics, layout.mail):
        folder.mkdir(exist_ok=True)
    return layout


def turn_logs(layout: Layout) -> None:
    """Logs tell of one run; those of the run before are kept beside them."""
    before = layout.home / "logs.before"
    shutil.rmtree(before, ignore_errors=True)
    layout.logs.rename(before)
    layout.logs.mkdir()


def secrets_of(layout: Layout) -> Secrets:
    """Made at the first start, kept after. Whoever reads them can decrypt what the demo stored."""
    file = layout.home / "secrets.json"
    if not file.exists():
        made = Secrets(
            secret_key=secrets.token_urlsafe(48),
            field_encryption_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            staff_password=secrets.token_urlsafe(9),
            hotelbeds_key=secrets.token_hex(16),
            hotelbeds_secret=secrets.token_hex(5),
        )
        write_private(file, json.dumps(asdict(made), indent=2) + "\n")
    return Secrets(**json.loads(file.read_text()))


def site_port(wanted: str | None) -> int:
    """PORT as given, or the first free one from the default on."""
    if not wanted:
        return ports.free_from(SITE_PORT)
    if not wanted.isdigit() or not 0 < int(wanted) < 65536:
        raise ValueError(f"PORT is {wanted!r}; it has to be a number from 1 to 65535")
    if not ports.claim(int(wanted)):
        raise ValueError(
            f"PORT is {wanted}, and another program listens there; choose another or leave PORT out"
        )
    return int(wanted)


def simulator_port(layout: Layout) -> int:
    """The one of the last start while it is free: stored addresses of pictures then stay good."""
    file = layout.home / "simulator-port"
    last = int(file.read_text()) if file.exists() else SIMULATOR_PORT
    port = ports.free_from(last)
    file.write_text(str(port))
    return port


def write_private(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(text)
