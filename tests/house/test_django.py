"""Migrations say what the models say, the committed schema what the API says, and production settings are safe."""

from __future__ import annotations

import base64
import os
import secrets
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.house.project import ROOT

SCHEMA = ROOT / "docs" / "openapi.yaml"
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "faredown.settings.production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "JWT_SIGNING_KEY": secrets.token_urlsafe(64),
    "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "LEDGER_SEAL_KEYS": secrets.token_urlsafe(32),
    "LEDGER_SEALS_FOLDER": "/srv/seals",
    "SITE_URL": "https://hotels.example.com",
    "DATABASE_URL": "postgres://faredown:secret@127.0.0.1:1/faredown?sslmode=require",
    "REDIS_CACHE_URL": "redis://127.0.0.1:1/0",
    "REDIS_BROKER_URL": "redis://127.0.0.1:2/0",
    "EMAIL_URL": "smtp+tls://user:password@127.0.0.1:587",
    "STAFF_ALERT_EMAILS": "staff@example.com",
    "METRICS_TOKEN": secrets.token_urlsafe(32),
    "SELLER_ADDRESS": "1 Harbour Road|10001 Port",
}
# What a variable left out, or one that contradicts another, has to be called in the sentence that stops the start.
BROKEN = {
    "SECRET_KEY": None,
    "FIELD_ENCRYPTION_KEYS": None,
    "LEDGER_SEAL_KEYS": "development-only-development-only-seals",
    "LEDGER_SEALS_FOLDER": None,
    "SITE_URL": None,
    "DATABASE_URL": "postgres://faredown:secret@127.0.0.1:1/faredown?sslmode=disable",
    "REDIS_CACHE_URL": PRODUCTION["REDIS_BROKER_URL"],
    "PAYMENTS_OFFLINE_ENABLED": "on",
    "HOTELBEDS_API_KEY": "a key without its secret",
}


@pytest.mark.django_db
def test_no_model_is_ahead_of_its_migrations() -> None:
    told = StringIO()
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1, stdout=told)
    assert told.getvalue() == "No changes detected\n"


def test_the_committed_schema_is_what_the_code_says(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(fresh), validate=True, fail_on_warn=True)
    assert fresh.read_text() == SCHEMA.read_text(), "run `make schema` and commit docs/openapi.yaml"


def test_production_passes_the_deployment_checks() -> None:
    checked = _manage("check", "--deploy", "--fail-level", "WARNING", env=PRODUCTION)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("name", BROKEN)
def test_a_missing_or_contradictory_setting_stops_the_start_by_name(name: str) -> None:
    changed = PRODUCTION | {name: BROKEN[name]}
    refused = _manage("check", env={key: value for key, value in changed.items() if value is not None})
    assert refused.returncode != 0
    assert name in refused.stderr.splitlines()[-1]


def _manage(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    argv = [sys.executable, "manage.py", *arguments]
    return subprocess.run(argv, cwd=ROOT, env=kept | env, capture_output=True, text=True, check=False)
