"""What is to be painted."""

from dataclasses import dataclass

from suppliers.simulators.hotelbeds.content.painting.palette import House


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be painted: `seed` is the picture's own, `form` and `house` are the same in all of a hotel's."""

    seed: str
    form: str
    house: House
    setting: str
    floors: int
    stars: float
    warm: bool
