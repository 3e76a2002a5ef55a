"""One simulator: everything its handlers share."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from aiohttp import web

from suppliers.simulators.hotelbeds.booking.allotments import Allotments
from suppliers.simulators.hotelbeds.booking.kept import Kept
from suppliers.simulators.hotelbeds.booking.rate_keys import RateKeys
from suppliers.simulators.hotelbeds.booking.rates import Rates
from suppliers.simulators.hotelbeds.booking.validation import Rules
from suppliers.simulators.hotelbeds.booking.views import Views
from suppliers.simulators.hotelbeds.catalogue import Catalogue
from suppliers.simulators.hotelbeds.catalogue.changes import Change
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

    def change(self, changes: Sequence[Change]) -> None:
        """The catalogue after these rounds, and nothing kept of what it was."""
        self.state.remember("changes", list(changes))
        self.catalogue.change(changes)
        self.rates.plans.forget()
        self.kept.clear()


WORLD = web.AppKey("world", World)
FAULTS = web.RequestKey("faults", Drawn)


def build(settings: Settings) -> World:
    state = State(settings.state_dir)
    remembered = state.recall("clock") or {}
    clock = Clock(offset=remembered.get("offset", 0.0), frozen_at=remembered.get("frozen_at"))
    kept = state.recall("changes")
    changes = first_changes(settings, clock) if kept is None else msgspec.convert(kept, list[Change])
    state.remember("changes", changes)
    catalogue = Catalogue(settings.hotels, settings.seed, images=settings.images, changes=changes)
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


def first_changes(settings: Settings, clock: Clock) -> list[Change]:
    """The round the settings ask for, done on the day of the start."""
    if not (settings.changed or settings.removed or settings.added):
        return []
    return [
        Change(
            on=clock.now().date(), changed=settings.changed, removed=settings.removed, added=settings.added
        )
    ]


def drawn(request: web.Request) -> Drawn:
    """The faults that act on this call."""
    return request.get(FAULTS) or Drawn()
