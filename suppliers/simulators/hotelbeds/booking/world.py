"""One simulator: everything its handlers share."""

from dataclasses import dataclass

from aiohttp import web

from suppliers.simulators.hotelbeds.booking.allotments import Allotments
from suppliers.simulators.hotelbeds.booking.kept import Kept
from suppliers.simulators.hotelbeds.booking.rate_keys import RateKeys
from suppliers.simulators.hotelbeds.booking.rates import Rates
from suppliers.simulators.hotelbeds.booking.validation import Rules
from suppliers.simulators.hotelbeds.booking.views import Views
from suppliers.simulators.hotelbeds.catalogue import Catalogue
from suppliers.simulators.hotelbeds.clock import Clock
from suppliers.simulators.hotelbeds.faults import Drawn, Faults
from suppliers.simulators.hotelbeds.settings import Settings
from suppliers.simulators.hotelbeds.state import State


@dataclass
class World:
    settings: Settings
    catalogue: Catalogue
    clock: Clock
    state: State
    faults: Faults
    allotments: Allotments
    rates: Rates
    keys: RateKeys
    views: Views
    rules: Rules
    kept: Kept
    latency: dict[str, tuple[float, float]]


WORLD = web.AppKey("world", World)
FAULTS = web.RequestKey("faults", Drawn)


def build(settings: Settings) -> World:
    catalogue = Catalogue(settings.hotels, settings.seed)
    state = State(settings.state_dir)
    remembered = state.recall("clock") or {}
    clock = Clock(offset=remembered.get("offset", 0.0), frozen_at=remembered.get("frozen_at"))
    allotments = Allotments(state, seed=settings.seed)
    keys = RateKeys(settings)
    return World(
        settings=settings,
        catalogue=catalogue,
        clock=clock,
        state=state,
        faults=Faults(state),
        allotments=allotments,
        rates=Rates(settings, catalogue, clock, allotments),
        keys=keys,
        views=Views(settings, catalogue, keys),
        rules=Rules(settings),
        kept=Kept(),
        latency=dict(state.recall("latency") or settings.latency),
    )


def drawn(request: web.Request) -> Drawn:
    """The faults that act on this call."""
    return request.get(FAULTS) or Drawn()
