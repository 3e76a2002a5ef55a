from __future__ import annotations

import pytest

from bookings.services import reconciliation


@pytest.mark.django_db
def test_neither_a_row_nor_a_step_in_trouble_stops_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[int] = []

    def cannot_look() -> list[int]:
        raise RuntimeError("no answer")

    def take(row: int) -> None:
        if row == 1:
            raise RuntimeError("this one")
        reached.append(row)

    steps = (("broken", cannot_look, take), ("rows", lambda: [1, 2], take))
    monkeypatch.setattr(reconciliation, "STEPS", steps)
    assert reconciliation.sweep() == {"quotes": 0, "rows": 2}
    assert reached == [2]
