"""From a picture's path to its JPEG."""

import io
from random import Random

from PIL import Image

from suppliers.simulators.hotelbeds.catalogue.amenities import amenities
from suppliers.simulators.hotelbeds.catalogue.images import Picture
from suppliers.simulators.hotelbeds.catalogue.model import Hotel
from suppliers.simulators.hotelbeds.content.painting import indoors, outdoors
from suppliers.simulators.hotelbeds.content.painting.canvas import HEIGHT, WIDTH, Canvas
from suppliers.simulators.hotelbeds.content.painting.palette import house
from suppliers.simulators.hotelbeds.content.painting.subject import Subject

_SCENES = {
    "GEN": outdoors.facade,
    "HAB": indoors.room,
    "RES": indoors.restaurant,
    "COM": indoors.lobby,
    "BAR": indoors.bar,
    "DEP": indoors.gym,
    "PIS": outdoors.pool,
    "CON": indoors.conference,
    "TER": outdoors.terrace,
    "PLA": outdoors.beach,
}
_WARM_BELOW = 38.0


def jpeg(hotel: Hotel, picture: Picture, width: int) -> bytes:
    """3 by 2, `width` pixels wide. Painted larger than needed where that is cheap, so that edges come out smooth."""
    canvas = Canvas(min(2.0, max(1.0, width * 1.6 / WIDTH)))
    seed = f"{hotel.code}/{picture.kind}/{picture.number}"
    _SCENES[picture.kind](canvas, Random(seed), _subject(hotel, seed))
    image = canvas.image.resize((width, round(width * HEIGHT / WIDTH)), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=86, optimize=True, progressive=width >= 800)
    return file.getvalue()


def _subject(hotel: Hotel, seed: str) -> Subject:
    return Subject(
        seed=seed,
        form=str(hotel.code),
        house=house(str(hotel.code)),
        setting=hotel.setting,
        floors=amenities(hotel).floors,
        stars=hotel.stars,
        warm=abs(hotel.latitude) < _WARM_BELOW,
    )
