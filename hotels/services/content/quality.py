"""How complete a hotel's content is: 0 (a bare name) to 100. Pure.

| what | points |
|---|---|
| photos | 3 each, the first ten |
| description in English | 15 |
| description in a further language | 5 each, the first two |
| coordinates | 15 |
| facilities it has | 3 for every five, the first twenty |
| rooms, at least one kind | 8 |
| stars | 4 |
| address, telephone | 3 each |
"""

from __future__ import annotations

from collections.abc import Collection

from hotels.models.names import ENGLISH

PHOTO, MOST_PHOTOS = 3, 10
ENGLISH_DESCRIPTION = 15
FURTHER_DESCRIPTION, MOST_FURTHER = 5, 2
COORDINATES = 15
FIVE_FACILITIES, MOST_FACILITIES = 3, 20
ROOMS = 8
STARS = 4
CONTACT, MOST_CONTACTS = 3, 2


def of(
    *,
    photos: int,
    described_in: Collection[str],
    has_coordinates: bool,
    facilities: int,
    rooms: int,
    has_stars: bool,
    contacts: int,
) -> int:
    """`described_in`: languages (BCP 47) with a description. `contacts`: how many of address and telephone it has."""
    further = len(set(described_in) - {ENGLISH})
    return (
        PHOTO * min(photos, MOST_PHOTOS)
        + ENGLISH_DESCRIPTION * (ENGLISH in described_in)
        + FURTHER_DESCRIPTION * min(further, MOST_FURTHER)
        + COORDINATES * has_coordinates
        + FIVE_FACILITIES * (min(facilities, MOST_FACILITIES) // 5)
        + ROOMS * (rooms > 0)
        + STARS * has_stars
        + CONTACT * min(contacts, MOST_CONTACTS)
    )
