"""The rates in force, and how they are kept fresh: the European Central Bank's daily list, staff's own, pegs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec
import structlog
from django.db.models import Q

from faredown.lib import clock, http
from faredown.lib.http import DoorError
from faredown.messaging.services import outbox
from hotels import conf
from hotels.models import CurrencyBuffer, ExchangeRate
from hotels.pricing import ecb
from hotels.pricing.exchange import ANCHOR, PEGS, PIVOT, Rates
from hotels.services import versions

log = structlog.get_logger(__name__)

Source = ExchangeRate.Source
_PUBLISHED_AT, _PUBLISHED_IN = time(16, 0), ZoneInfo("Europe/Berlin")
"""When the bank's list of a day is out ("around 16:00 CET"): what the rows of that day are dated."""


class RateInForce(msgspec.Struct, frozen=True, kw_only=True):
    """For staff: `per_euro` with every digit; `as_of` None for a peg that stands in the program."""

    currency: str
    per_euro: Decimal
    source: str
    told: str
    as_of: datetime | None
    buffer_percent: Decimal
    own_buffer: bool


class Refreshed(msgspec.Struct, frozen=True):
    published: datetime | None
    """Of the newest list we hold."""
    written: int = 0
    refused: tuple[str, ...] = ()
    """Currencies whose new rate was not believed."""
    problem: str = ""
    """Why the list was not taken; empty when it was."""


class _Unanswered(Exception):
    """The other side spoke, but not to the point."""


def forget() -> None:
    """Every process reads rules and rates again."""
    versions.POLICY.renew()


def in_force() -> Rates:
    chosen = _chosen()
    return Rates(
        per_pivot={currency: rate for currency, (rate, _) in chosen.items()},
        spread_percent=conf.exchange_spread_percent(),
        buffers=dict(CurrencyBuffer.objects.values_list("currency", "percent")),
        sources={currency: _told(row) for currency, (_, row) in chosen.items()},
    )


def table() -> list[RateInForce]:
    """What prices are made with at this moment, by currency."""
    rates, chosen = in_force(), _chosen()
    return [_in_force(currency, rates, chosen) for currency in sorted(rates.currencies() - {PIVOT})]


def refresh() -> Refreshed:
    """Fetch the day's list and keep it. On any failure what is known stays; staff are told when it has grown old, when
    the list cannot be believed, and of single rates that jumped. Nothing is done where no address is set."""
    url = conf.exchange_rates_url()
    if not url:
        return Refreshed(_newest())
    try:
        written, refused = _keep(ecb.parse(_fetch(url)))
        problem = ""
    except (DoorError, _Unanswered) as error:
        written, refused, problem = 0, (), f"not reached: {error}"
    except ecb.Malformed as error:
        written, refused, problem = 0, (), f"refused: {error}"
        _alert("refused", "The list of exchange rates cannot be read", f"{url}: {error}")
    newest = _newest()
    told = log.warning if problem else log.info
    told("exchange_rates_refreshed", written=written, refused=refused, problem=problem)
    _alert_when_old(newest, problem)
    return Refreshed(newest, written, refused, problem)


def _fetch(url: str) -> bytes:
    answer = http.request(
        "GET",
        url,
        headers={"Accept": "application/xml, text/xml"},
        body=None,
        deadline=conf.exchange_rates_deadline_seconds(),
        max_bytes=ecb.MAX_BYTES,
    )
    if answer.status != 200:
        raise _Unanswered(f"the answer is {answer.status}")
    return answer.body


def _keep(published: ecb.Published) -> tuple[int, tuple[str, ...]]:
    """A list that is already known writes nothing; a corrected one of the same day takes its place."""
    as_of = datetime.combine(published.day, _PUBLISHED_AT, _PUBLISHED_IN).astimezone(UTC)
    if as_of > clock.now() + timedelta(days=1):
        raise ecb.Malformed(f"it is dated {published.day}, which is still to come")
    refused = tuple(sorted(_jumps(published)))
    if refused:
        _alert(
            "jump",
            f"Exchange rates that jumped: {', '.join(refused)}",
            "Published rates far from those in force were not taken. Enter a rate of your own to confirm them: "
            + ", ".join(f"{PIVOT}/{code} {published.rates[code]}" for code in refused),
        )
    rows = [
        ExchangeRate(base=PIVOT, quote=code, rate=rate, source=Source.ECB, as_of=as_of)
        for code, rate in sorted(published.rates.items())
        if code not in refused
    ]
    held = _held(as_of)
    fresh = [row for row in rows if (row.quote, row.rate) not in held]
    if fresh:
        ExchangeRate.objects.bulk_create(
            fresh,
            update_conflicts=True,
            update_fields=["rate"],
            unique_fields=["base", "quote", "source", "as_of"],
        )
        forget()
    return len(fresh), refused


def _held(as_of: datetime) -> set[tuple[str, Decimal]]:
    return set(
        ExchangeRate.objects.filter(base=PIVOT, source=Source.ECB, as_of=as_of).values_list("quote", "rate")
    )


def _jumps(published: ecb.Published) -> Iterator[str]:
    """Against what staff or the bank said before; a seeded figure proves nothing."""
    limit = conf.exchange_rate_jump_percent()
    for currency, (rate, row) in _chosen().items():
        new = published.rates.get(currency)
        if new is None or row.source not in (Source.ECB, Source.STAFF):
            continue
        if abs(new - rate) * 100 > rate * limit:
            yield currency


def _newest() -> datetime | None:
    return (
        ExchangeRate.objects.filter(source=Source.ECB)
        .order_by("-as_of")
        .values_list("as_of", flat=True)
        .first()
    )


def _alert_when_old(newest: datetime | None, problem: str) -> None:
    most = timedelta(days=conf.exchange_rates_max_age_days())
    if newest is not None and clock.now() - newest <= most:
        return
    since = f"of {newest:%Y-%m-%d}" if newest else "not there at all"
    _alert(
        "old",
        "Exchange rates have grown old",
        f"The newest published rates are {since}. Prices are still made with them. "
        f"The last try: {problem or 'the list itself is old'}.",
    )


def _alert(what: str, subject: str, detail: str) -> None:
    """Once a day of each kind."""
    outbox.alert(
        code="exchange_rates",
        subject=subject,
        detail=detail,
        dedupe_key=f"exchange_rates:{what}:{clock.today():%Y-%m-%d}",
    )


def _chosen() -> dict[str, tuple[Decimal, ExchangeRate]]:
    """Currency -> units for one EUR, and the row they come from."""
    now = clock.now()
    by_anchor: dict[str, dict[str, ExchangeRate]] = {PIVOT: {}, ANCHOR: {}}
    for row in _newest_rows(now):
        anchor = PIVOT if PIVOT in (row.base, row.quote) else ANCHOR
        other = row.quote if row.base == anchor else row.base
        known = by_anchor[anchor].get(other)
        if known is None or _rank(row, now) > _rank(known, now):
            by_anchor[anchor][other] = row
    found = {code: (_units(row, PIVOT), row) for code, row in by_anchor[PIVOT].items()}
    if ANCHOR in found:
        dollar = found[ANCHOR][0]
        for code, row in by_anchor[ANCHOR].items():
            if code not in found or _rank(row, now) > _rank(found[code][1], now):
                found[code] = (dollar * _units(row, ANCHOR), row)
    return found


def _newest_rows(now: datetime) -> Iterable[ExchangeRate]:
    """The newest of each pair and source. A hold that has ended counts no more."""
    anchored = Q(base__in=(PIVOT, ANCHOR)) | Q(quote__in=(PIVOT, ANCHOR))
    return (
        ExchangeRate.objects.filter(anchored, as_of__lte=now)
        .filter(Q(holds_until__isnull=True) | Q(holds_until__gt=now))
        .order_by("base", "quote", "source", "-as_of")
        .distinct("base", "quote", "source")
    )


def _rank(row: ExchangeRate, now: datetime) -> tuple[bool, bool, datetime, bool]:
    held = row.holds_until is not None and row.holds_until > now
    return held, row.source != Source.PEG, row.as_of, row.source == Source.STAFF


def _units(row: ExchangeRate, anchor: str) -> Decimal:
    return row.rate if row.base == anchor else Decimal(1) / row.rate


def _told(row: ExchangeRate) -> str:
    return f"{row.source} {row.as_of:%Y-%m-%d}"


def _in_force(currency: str, rates: Rates, chosen: dict[str, tuple[Decimal, ExchangeRate]]) -> RateInForce:
    row = chosen[currency][1] if currency in chosen else None
    if row is not None:
        told = row.get_source_display()
    else:
        told = f"{PEGS[currency].per_dollar} for one {ANCHOR}, {PEGS[currency].fixed_by}"
    return RateInForce(
        currency=currency,
        per_euro=rates.units(currency),
        source=row.source if row else Source.PEG.value,
        told=told,
        as_of=row.as_of if row else None,
        buffer_percent=rates.buffers.get(currency, rates.spread_percent),
        own_buffer=currency in rates.buffers,
    )
