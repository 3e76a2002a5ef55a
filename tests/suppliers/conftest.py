from __future__ import annotations

from collections.abc import Iterator

import pytest

from suppliers import broker, registry


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    """No test meets a supplier that another test had built, or a Redis that another test had lost."""
    registry.forget()
    broker.forget()
    yield
    registry.forget()
    broker.forget()
