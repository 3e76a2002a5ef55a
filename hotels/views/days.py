"""What the same stay costs from on the days around: links beside a list or a hotel's rooms. No supplier is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import msgspec
from babel.dates import format_date
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language

from faredown.lib.money import Money
from hotels.forms import StayForm
from hotels.models import Hotel
from hotels.pricing.rules import Channel
from hotels.services import audience, calendars
from hotels.views import asking

_OF_THIS_SEARCH = ("search", "page", "pick", "update")


class DayHint(msgspec.Struct, frozen=True):
    """`is_least`: of those known, the asked day among them."""

    day: str
    total: Money
    url: str
    is_least: bool


def near(request: HttpRequest, form: StayForm, *, hotel: Hotel | None = None) -> tuple[DayHint, ...]:
    """The other days, in their order; filters and sorting are kept."""
    asked = asking.criteria(request, form)
    if asked is None:
        return ()
    user_type = audience.user_type(request.user)
    known = calendars.around(asked, channel=Channel.WEB, user_type=user_type, hotel=hotel)
    told = [(day.check_in, day.total) for day in known if day.total is not None]
    least = min((total.amount for _, total in told), default=None)
    return tuple(
        DayHint(
            day=format_date(check_in, "EEE d MMM", locale=(get_language() or "en").replace("-", "_")),
            total=total,
            url=_url(request, _moved(form, check_in, nights=asked.nights)),
            is_least=total.amount == least,
        )
        for check_in, total in told
        if check_in != asked.check_in
    )


def _moved(form: StayForm, check_in: date, *, nights: int) -> StayForm:
    check_out = check_in + timedelta(days=nights)
    return replace(form, check_in=check_in.isoformat(), check_out=check_out.isoformat())


def _url(request: HttpRequest, form: StayForm) -> str:
    kept = request.GET.copy()
    for name in (*QueryDict(form.query()), *_OF_THIS_SEARCH):
        kept.pop(name, None)
    more = f"&{kept.urlencode()}" if kept else ""
    return f"{request.path}?{form.query()}{more}"
