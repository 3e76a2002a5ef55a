from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from suppliers.models import Call


def calls_about(references: Iterable[str]) -> QuerySet[Call]:
    """What was said about a booking, oldest first: give every reference it is known by, ours and the supplier's."""
    known = [reference for reference in references if reference]
    return Call.objects.filter(booking_reference__in=known).order_by("at", "id")
