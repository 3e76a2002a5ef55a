"""A process of guests: each searches, quotes, books, pays again when he has to, and some cancel.

`python -m tests.faults.guests FOLDER`. What a guest remembers lies in FOLDER, one file each, so that guests whose
process was killed come back and press the button once more.
"""

from __future__ import annotations

import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from tests.faults import hasty  # noqa: F401  (sets Django up, and the gateway)

# isort: split
from django.db import connection

from bookings.models import Booking, Quote
from bookings.selectors import payments
from bookings.services import cancellation, checkout
from bookings.states import BookingStatus, PaymentStatus
from faredown.lib.errors import DomainError
from hotels.models import Destination
from suppliers.simulators.hotelbeds.running import Control
from tests.bookings import world as worlds
from tests.bookings.world import World

AT_ONCE = 10
LOOK_AGAIN = 0.3
PATIENCE = 150
DECIDED = (BookingStatus.CONFIRMED, BookingStatus.REJECTED, BookingStatus.CANCELLED)


class Wish(msgspec.Struct):
    number: int
    token: str
    cancels: bool
    cancels_after: float
    quote: str = ""
    done: bool = False


def go(folder: Path) -> None:
    files = sorted(folder.glob("*.json"))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_journey, files))


def write(file: Path, wish: Wish) -> None:
    """Whole or not at all: the writer may be killed."""
    draft = file.with_suffix(".draft")
    draft.write_bytes(msgspec.json.encode(wish))
    draft.replace(file)


def read(file: Path) -> Wish:
    return msgspec.json.decode(file.read_bytes(), type=Wish)


def _journey(file: Path) -> None:
    wish = read(file)
    until = time.monotonic() + PATIENCE
    while not wish.done and time.monotonic() < until:
        try:
            _try(file, wish)
        except (DomainError, AssertionError):  # nothing for sale, or nobody there to ask: once more
            traceback.print_exc()
            time.sleep(LOOK_AGAIN)
        finally:
            connection.close()


def _try(file: Path, wish: Wish) -> None:
    if not wish.quote:
        wish.quote = _quote(wish).public_id
        write(file, wish)
    quote = Quote.objects.get(public_id=wish.quote)
    order = worlds.order_for(quote, token=wish.token, key=f"guest-{wish.number}")
    placed = checkout.book(quote.public_id, order, accept_token=quote.accept_token)
    booking = _decided(placed.booking)
    if wish.cancels and booking.status == BookingStatus.CONFIRMED:
        time.sleep(wish.cancels_after)
        cancellation.request(booking.pk, reason="changed my mind")
    wish.done = True
    write(file, wish)


def _quote(wish: Wish) -> Quote:
    check_in = datetime.now(UTC).date() + timedelta(days=60 + wish.number)
    world = World(Control(""), Destination.objects.get(), check_in)
    return world.quote(wanted=worlds.refundable)


def _decided(booking: Booking) -> Booking:
    """Waits for the end, and pays anew where the last try failed."""
    while booking.status not in DECIDED:
        payment = payments.latest(booking)
        if booking.status == BookingStatus.PENDING and payment and payment.status == PaymentStatus.DECLINED:
            checkout.pay(booking, {"method": "offline", "token": "tok_ok"})
        time.sleep(LOOK_AGAIN)
        booking.refresh_from_db()
    return booking


if __name__ == "__main__":
    go(Path(sys.argv[1]))
