"""Shared by every suite. The servers run and the settings are loaded before any other conftest imports a model."""

from __future__ import annotations

import importlib.util
import os

import django
import pytest
import redis

from faredown.embedded import services as addresses
from tests import network, services

if importlib.util.find_spec("faredown.settings") and importlib.util.find_spec("faredown.settings.test"):
    os.environ["DJANGO_SETTINGS_MODULE"] = "faredown.settings.test"
services.ensure()
network.refuse()
if "DJANGO_SETTINGS_MODULE" in os.environ:
    django.setup()

# These run workers of their own against the broker; emptying it under them would lose their queues.
LIVE_SUITES = {"browser", "faults", "load", "races"}

_valkeys = [redis.Redis.from_url(os.environ[name]) for name in (addresses.CACHE_URL, addresses.BROKER_URL)]


@pytest.fixture(autouse=True)
def _empty_valkeys(request: pytest.FixtureRequest) -> None:
    """No test meets another's cached answers, rate limits, budgets or queued tasks."""
    if LIVE_SUITES.isdisjoint(request.path.parts):
        for valkey in _valkeys:
            valkey.flushdb()
