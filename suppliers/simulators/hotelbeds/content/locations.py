"""/locations/countries and /locations/destinations."""

from collections.abc import Sequence
from functools import partial

from suppliers.simulators.hotelbeds.catalogue import Catalogue, gazetteer, texts
from suppliers.simulators.hotelbeds.catalogue.gazetteer import Country
from suppliers.simulators.hotelbeds.catalogue.geography import Destination
from suppliers.simulators.hotelbeds.content import wording
from suppliers.simulators.hotelbeds.content.asking import Asked
from suppliers.simulators.hotelbeds.content.lists import Entry, Listed, Record


def lists(catalogue: Catalogue) -> Sequence[Listed]:
    return (
        Listed("/locations/countries", "countries", partial(_countries, catalogue)),
        Listed("/locations/destinations", "destinations", partial(_destinations, catalogue)),
    )


def _countries(catalogue: Catalogue) -> Sequence[Entry]:
    """Those with a destination."""
    used = {destination.iso for destination in catalogue.destinations()}
    found = [country for iso, country in gazetteer.countries().items() if iso in used]
    return [Entry(c.code, partial(_country, c), c.code) for c in sorted(found, key=lambda c: c.code)]


def _country(country: Country, asked: Asked) -> Record:
    name = wording.plain("description", lambda language: texts.country(country.iso, language), asked)
    states = [{"code": code, "name": name} for code, name in gazetteer.states()[country.iso]]
    return {"code": country.code, "isoCode": country.iso, **name, "states": states}


def _destinations(catalogue: Catalogue) -> Sequence[Entry]:
    found = sorted(catalogue.destinations(), key=lambda destination: destination.code)
    return [Entry(d.code, partial(_destination, d), d.country_code) for d in found]


def _destination(destination: Destination, asked: Asked) -> Record:
    def name(language: str) -> str:
        return texts.destination(destination.code, destination.name, language, destination.iso)

    zones = [
        {"zoneCode": zone.code, "name": zone.name, "description": wording.content(zone.name)}
        for zone in destination.zones
    ]
    groups = []
    if len(destination.zones) > 3:
        group = (
            f"{gazetteer.countries()[destination.iso].name.upper().replace(' ', '')[:10]}{destination.code}"
        )
        area = wording.content(f"{destination.short_name} area")
        codes = [zone.code for zone in destination.zones]
        groups = [{"groupZoneCode": group, "name": area, "zones": codes}]
    return {
        "code": destination.code,
        **wording.plain("name", name, asked),
        "countryCode": destination.country_code,
        "isoCode": destination.iso,
        "zones": zones,
        "groupZones": groups,
    }
