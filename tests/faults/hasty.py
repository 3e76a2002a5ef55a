"""The Celery application of the processes that get killed, in a hurry, and with a payment provider that takes its time.

`celery -A tests.faults.hasty worker`; the settings are tests.faults.hasty_settings.
"""

from __future__ import annotations

import faulthandler
import os
import random
import signal
import time
from datetime import timedelta

import django

django.setup()

from bookings import tasks  # noqa: E402
from bookings.gateways import registry  # noqa: E402
from bookings.gateways.offline.gateway import OfflineGateway  # noqa: E402
from bookings.gateways.port import Charge, Order, RefundResult  # noqa: E402
from faredown.celery import app  # noqa: E402
from faredown.lib.money import Money  # noqa: E402
from faredown.messaging.services import delivery  # noqa: E402
from suppliers import breaker  # noqa: E402
from suppliers.adapters.hotelbeds.adapter import Hotelbeds  # noqa: E402

SWEEP_EVERY = 2
LONGEST_CALL = 8
TELL = signal.SIGUSR2
"""Where each thread stands goes to the log."""


class SlowGateway(OfflineGateway):
    """Time to die in, before the provider did what it was asked and after."""

    def authorise(self, order: Order) -> Charge:
        _pause()
        charge = super().authorise(order)
        _pause()
        return charge

    def capture(self, reference: str, *, amount: Money, key: str) -> Charge:
        _pause()
        charge = super().capture(reference, amount=amount, key=key)
        _pause()
        return charge

    def void(self, reference: str, *, key: str) -> Charge:
        _pause()
        charge = super().void(reference, key=key)
        _pause()
        return charge

    def refund(self, reference: str, *, amount: Money, key: str) -> RefundResult:
        _pause()
        result = super().refund(reference, amount=amount, key=key)
        _pause()
        return result


def slow_gateway() -> SlowGateway:
    return SlowGateway()


def _pause() -> None:
    time.sleep(random.uniform(0.2, 0.5))


def hurry() -> None:
    faulthandler.register(TELL, all_threads=True)
    registry.GATEWAYS["offline"] = f"{__name__}.{slow_gateway.__name__}"
    Hotelbeds.booking_deadline_seconds = LONGEST_CALL
    # A simulator that is killed over and over opens the breaker, and refusals prove nothing here: it never opens.
    breaker.THRESHOLD = 10_000
    tasks.SWEEP_EVERY = timedelta(seconds=1)
    delivery.CLAIM = timedelta(seconds=5)
    for name in ("bookings.sweep", "messaging.deliver_due"):
        app.conf.beat_schedule[name] |= {"schedule": SWEEP_EVERY, "options": {"expires": SWEEP_EVERY}}


# Only in the processes that get killed: the test itself reads this module, and other suites run beside it.
if os.environ["DJANGO_SETTINGS_MODULE"] == "tests.faults.hasty_settings":
    hurry()
