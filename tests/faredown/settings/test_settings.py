"""A start with one thing wrong: it stops, and the sentence names the variable."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

COMPLETE: dict[str, str] = {
    "PATH": os.environ["PATH"],
    "DJANGO_SETTINGS_MODULE": "faredown.settings.production",
    "SECRET_KEY": "k" * 60,
    "JWT_SIGNING_KEY": "j" * 40,
    "FIELD_ENCRYPTION_KEYS": "cHJvZHVjdGlvbi1rZXktZm9yLXRlc3RzLW9ubHktMTI=",
    "LEDGER_SEAL_KEYS": "s" * 32,
    "LEDGER_SEALS_FOLDER": "/srv/seals",
    "SITE_URL": "https://stay.example.com",
    "DATABASE_URL": "postgresql://faredown:secret@db.example.com/faredown",
    "REDIS_CACHE_URL": "redis://cache.example.com/0",
    "REDIS_BROKER_URL": "redis://broker.example.com/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.com:587",
    "STAFF_ALERT_EMAILS": "desk@example.com",
    "METRICS_TOKEN": "m" * 40,
}


# Loads production once per case in one process: what each one raised, or its value of what is asked for.
PROGRAM = """
import json, os, sys
from importlib import import_module
from django.core.exceptions import ImproperlyConfigured

outcomes = []
for env in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(env)
    for name in [name for name in sys.modules if name.startswith("faredown.settings")]:
        del sys.modules[name]
    try:
        outcomes.append(str(eval(sys.argv[1], vars(import_module("faredown.settings.production")))))
    except ImproperlyConfigured as error:
        outcomes.append(f"stopped: {error}")
print(json.dumps(outcomes))
"""


def load(*cases: dict[str, str | None], asked: str = "DATABASES['default']['OPTIONS']") -> list[str]:
    given = [
        {name: value for name, value in (COMPLETE | case).items() if value is not None} for case in cases
    ]
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM, asked],
        cwd=ROOT,
        env=COMPLETE,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    outcomes: list[str] = json.loads(found.stdout)
    return outcomes


WRONG: list[tuple[dict[str, str | None], str]] = [
    ({"SECRET_KEY": None}, "SECRET_KEY is not set"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY is the development key or shorter"),
    ({"FIELD_ENCRYPTION_KEYS": None}, "FIELD_ENCRYPTION_KEYS is empty"),
    ({"LEDGER_SEAL_KEYS": None}, "LEDGER_SEAL_KEYS is empty"),
    ({"LEDGER_SEALS_FOLDER": None}, "LEDGER_SEALS_FOLDER is not set"),
    ({"SITE_URL": "stay.example.com"}, "SITE_URL is not an address"),
    ({"SITE_URL": "http://stay.example.com"}, "SITE_URL must start with https://"),
    ({"DATABASE_URL": "mysql://db"}, "DATABASE_URL is not an address of the kind postgresql://"),
    ({"DATABASE_URL": "postgresql://db/x?sslmode=disable"}, "DATABASE_URL asks for an sslmode"),
    (
        {"REDIS_BROKER_URL": "redis://cache.example.com/0"},
        "REDIS_CACHE_URL and REDIS_BROKER_URL name the same",
    ),
    ({"DEBUG": "yes"}, "DEBUG is 'yes'; write on or off"),
    ({"DEBUG": "on"}, "DEBUG is on"),
    ({"DB_POOL": "on", "DB_POOL_SIZE": "many"}, "DB_POOL_SIZE is 'many'"),
    ({"HOTELBEDS_API_KEY": "k"}, "HOTELBEDS_API_KEY and HOTELBEDS_SECRET go together"),
    ({"PAYMENTS_OFFLINE_ENABLED": "on"}, "PAYMENTS_OFFLINE_ENABLED is on"),
    ({"STRIPE_SECRET_KEY": "pk_test_1"}, "STRIPE_SECRET_KEY is not a secret key"),
    ({"STRIPE_SECRET_KEY": "sk_live_1"}, "STRIPE_PUBLISHABLE_KEY is not of the same mode"),
    (
        {"STRIPE_SECRET_KEY": "rk_live_1", "STRIPE_PUBLISHABLE_KEY": "pk_test_1"},
        "STRIPE_PUBLISHABLE_KEY is not of the same mode",
    ),
    (
        {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_PUBLISHABLE_KEY": "pk_test_1"},
        "STRIPE_WEBHOOK_SECRETS is empty",
    ),
    ({"DISPLAY_CURRENCIES": "USD,euro"}, "DISPLAY_CURRENCIES holds 'euro'"),
    ({"EMAIL_URL": "mail.example.com"}, "EMAIL_URL must start with"),
    ({"PICTURES_FROM": "disk"}, "PICTURES_FROM is 'disk'; it must be one of supplier, cdn, proxy"),
    ({"PICTURES_FROM": "cdn"}, "PICTURES_CDN_URL is not set"),
    ({"PICTURES_FROM": "cdn", "PICTURES_CDN_URL": "cdn.example.com"}, "PICTURES_CDN_URL is not an address"),
    ({"PICTURES_FOLDER_MB": "0"}, "PICTURES_FOLDER_MB is '0'"),
    ({"SECRET_KEY_FILE": "/nowhere/key"}, "SECRET_KEY and SECRET_KEY_FILE are both set"),
    (
        {"SECRET_KEY": None, "SECRET_KEY_FILE": "/nowhere/key"},
        "SECRET_KEY_FILE names a file that cannot be read",
    ),
]


def test_one_thing_wrong_stops_the_start_with_its_name() -> None:
    outcomes = load(*(changes for changes, _ in WRONG))
    for outcome, (_, sentence) in zip(outcomes, WRONG, strict=True):
        assert outcome.startswith(f"stopped: {sentence}")
        assert "secret@" not in outcome


def test_django_says_the_sentence_when_it_starts() -> None:
    env = {name: value for name, value in COMPLETE.items() if name != "SECRET_KEY"}
    found = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert found.returncode != 0
    assert "SECRET_KEY is not set. Set it in the environment" in found.stderr


def test_a_complete_environment_starts_with_secrets_from_files_and_a_pool_only_for_the_web(
    tmp_path: Path,
) -> None:
    secret = tmp_path / "key"
    secret.write_text("f" * 60 + "\n")
    command, web = load({"SECRET_KEY": None, "SECRET_KEY_FILE": str(secret)}, {"DB_POOL": "on"})
    assert command == "{'sslmode': 'require'}"
    pool = "{'min_size': 2, 'max_size': 20, 'max_idle': 30, 'timeout': 5}"
    assert web == f"{{'pool': {pool}, 'options': '-c statement_timeout=15000', 'sslmode': 'require'}}"


def test_browsers_may_load_pictures_only_from_where_they_are_served() -> None:
    cdn: dict[str, str | None] = {
        "PICTURES_FROM": "cdn",
        "PICTURES_CDN_URL": "https://cdn.example.com/hotels",
    }
    sources = load(
        {}, cdn, {"PICTURES_FROM": "proxy"}, asked="CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'][2:]"
    )
    assert sources == [
        "['https://photos.hotelbeds.com']",
        "['https://cdn.example.com']",
        "['https://stay.example.com']",
    ]


def test_development_starts_with_one_redis_and_nothing_else() -> None:
    env = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "faredown.settings.development",
        "REDIS_URL": "redis://127.0.0.1:6399/3",
    }
    program = "from django.conf import settings as s; print(s.REDIS_CACHE_URL, s.REDIS_BROKER_URL, s.DEBUG)"
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == ["redis://127.0.0.1:6399/3", "redis://127.0.0.1:6399/3", "False"]
