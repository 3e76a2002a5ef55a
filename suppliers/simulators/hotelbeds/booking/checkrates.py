"""POST /checkrates: the price and terms of a key as they are now (REFERENCE 5)."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.booking import requests
from suppliers.simulators.hotelbeds.booking.plans import Terms
from suppliers.simulators.hotelbeds.booking.rate_keys import Kind, RateKey
from suppliers.simulators.hotelbeds.booking.rates import UNMOVED, Conditions, Rate
from suppliers.simulators.hotelbeds.booking.requests import CheckRatesRequest
from suppliers.simulators.hotelbeds.booking.world import WORLD, World, drawn
from suppliers.simulators.hotelbeds.faults import Drawn
from suppliers.simulators.hotelbeds.wire import money, product_error, respond

_UPSELLING_RATES = 12


async def checkrates(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    asked = requests.decode(await request.read(), CheckRatesRequest)
    texts = [room.rate_key for room in asked.rooms]
    keys = world.rules.keys(texts, world.keys, world.clock.timestamp())
    world.rules.one_kind(keys)
    faults = drawn(request)
    rates = [recheck(world, key, faults) for key in keys]
    language = asked.language or "ENG"
    total = sum(rate.price.net for rate in rates)
    first = rates[0]
    shown: dict[str, Any] = {
        "checkOut": first.key.stay.check_out.isoformat(),
        "checkIn": first.key.stay.check_in.isoformat(),
        **world.views.hotel(first.hotel, language),
        "rooms": _rooms(world, rates, texts, language=language, expand=asked.expand_cxl),
        "totalNet": money(total),
        "currency": world.settings.currency,
        "paymentDataRequired": False,
        "modificationPolicies": modification_policies(rates),
    }
    if asked.upselling or world.settings.upselling_always:
        shown["upselling"] = {"rooms": _upselling(world, first, language)}
    return respond(request, {"hotel": shown})


def recheck(world: World, key: RateKey, faults: Drawn) -> Rate:
    """The rate under the key to book with: a RECHECK one becomes bookable under a new key."""
    rate = world.rates.again(_moved(world, key, faults))
    if rate is None:
        raise product_error("ProductException(CHECK_RATES, Contract is closed)")
    if rate.sold_out or faults.get("sold_out"):
        raise product_error("ProductException(CHECK_RATES, Insufficient allotment)")
    kind = Kind.CHECKED if key.kind is Kind.RECHECK else key.kind
    kept = kind is key.kind and rate.price.net == key.net
    issued = key.issued if kept else int(world.clock.timestamp())
    return replace(rate, key=replace(rate.key, kind=kind, issued=issued))


def modification_policies(rates: list[Rate]) -> dict[str, bool]:
    final = any(rate.plan.terms is Terms.NON_REFUNDABLE for rate in rates)
    return {"cancellation": True, "modification": not final}


def _moved(world: World, key: RateKey, faults: Drawn) -> RateKey:
    """What the price check brings: a fault asked for, or now and then a change of an outside supplier's own."""
    factor = key.factor * faults.price_factor
    hardened = key.hardened or faults.get("policy_change") is not None
    outside = key.kind is Kind.RECHECK
    if outside and chance.unit("change", key.hotel, key.plan, key.stay) < world.settings.recheck_changes:
        if chance.unit("what changes", key.hotel, key.plan, key.stay) < 0.5:
            hardened = True
        else:
            factor *= chance.between(0.97, 1.06, "new price", key.hotel, key.plan, key.stay)
    return replace(key, factor=round(factor), hardened=hardened)


def _rooms(
    world: World, rates: list[Rate], texts: list[str], *, language: str, expand: bool
) -> list[dict[str, Any]]:
    """Grouped by room code, in the order asked."""
    rooms: dict[str, dict[str, Any]] = {}
    for rate, asked in zip(rates, texts, strict=True):
        key = world.keys.write(rate.key)
        code = rate.plan.room.code
        room = rooms.setdefault(
            code, {"code": code, "name": world.views.room_name(rate, language), "rates": []}
        )
        same = key == asked
        room["rates"].append(
            world.views.checked(rate, language=language, key=asked if same else key, expand=expand)
        )
    return list(rooms.values())


def _upselling(world: World, checked: Rate, language: str) -> list[dict[str, Any]]:
    """Dearer rates of the same hotel for the same people, with keys of their own."""
    key = checked.key
    conditions = Conditions(market=key.market, factor=UNMOVED, packaging=key.packaging)
    offered = world.rates.of_hotel(key.hotel, key.stay, key.occupancy, conditions)
    dearer = sorted(
        (rate for rate in offered if rate.price.net > checked.price.net), key=lambda rate: rate.price.net
    )
    rooms: dict[str, dict[str, Any]] = {}
    for rate in dearer[:_UPSELLING_RATES]:
        code = rate.plan.room.code
        room = rooms.setdefault(
            code, {"code": code, "name": world.views.room_name(rate, language), "rates": []}
        )
        room["rates"].append(world.views.upsold(rate, language=language, above=checked.price.net))
    return list(rooms.values())
