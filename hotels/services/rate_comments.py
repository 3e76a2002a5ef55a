"""Contract remarks of a rate (REFERENCE section 9, "Rate comments")."""

from __future__ import annotations

from datetime import date

from hotels.models import RateComment


def comments_for(
    comment_id: str, check_in: date, *, supplier: str = "hotelbeds", hotel_code: str = ""
) -> str:
    """The texts of every comment that `incoming|code|rate` names and whose dates hold the check-in, joined. '' for an
    id that is not of that shape or names nothing. `hotel_code` keeps comments of other hotels out."""
    parts = comment_id.split("|")
    if len(parts) != 3:
        return ""
    incoming, code, rate = parts
    rows = RateComment.objects.filter(
        supplier=supplier,
        incoming=incoming,
        code=code,
        rate_codes__contains=[rate],
        starts_on__lte=check_in,
        ends_on__gte=check_in,
    )
    if hotel_code:
        rows = rows.filter(hotel_code__in=(hotel_code, ""))
    texts = rows.order_by("starts_on", "pk").values_list("text", flat=True)
    return "\n".join(dict.fromkeys(texts))
