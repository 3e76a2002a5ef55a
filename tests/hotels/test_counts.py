"""Lists, counts and histograms against the plainest way to work them out, over many small made-up searches."""

from __future__ import annotations

import itertools
from collections import Counter
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hotels.services import filtering
from hotels.services.filtering import Filters
from hotels.services.search_index import Block, Entry, IndexedHotel
from tests.hotels.test_filtering import hotel

BOARDS, SUPPLIERS = ("RO", "BB"), ("first", "second")
entries = st.builds(
    Entry,
    grand=st.integers(1, 40).map(lambda euro: euro * 100),
    total=st.just(0),
    position=st.just(0),
    board=st.sampled_from(BOARDS),
    free=st.booleans(),
    whole_group=st.booleans(),
    times=st.integers(1, 2),
    rooms=st.just(2),
)


@st.composite
def hotels(draw: st.DrawFn) -> IndexedHotel:
    rooms = draw(st.sampled_from((1, 2)))
    blocks = []
    for supplier in draw(st.lists(st.sampled_from(SUPPLIERS), unique=True, min_size=1)):
        found = draw(st.lists(entries, min_size=1, max_size=5))
        if rooms == 1:
            found = [replace(entry, rooms=1, whole_group=True, times=1) for entry in found]
        blocks.append(Block("0", supplier, "1", (tuple(sorted(found)),)))
    facilities = draw(st.sets(st.sampled_from("abc")))
    facts: dict[str, Any] = {
        "stars": draw(st.sampled_from(("", "3.0", "4.0"))),
        "zone": draw(st.sampled_from(("z1", "z2"))),
        "score": draw(st.sampled_from(("", "7.9", "8.1"))),
        "facilities": tuple(sorted(facilities)),
        "paid_facilities": tuple(sorted(facilities & draw(st.sets(st.sampled_from("abc"))))),
        "ranking": draw(st.integers(0, 3)),
    }
    return replace(hotel("x", (), **facts), blocks=tuple(blocks))


filters = st.builds(
    Filters,
    price_min=st.sampled_from((None, Decimal(10))),
    price_max=st.sampled_from((None, Decimal(30))),
    stars=st.sampled_from(((), (Decimal(4),), (Decimal(3), Decimal(4)))),
    board=st.sampled_from(((), ("BB",), BOARDS)),
    free_cancellation=st.booleans(),
    facilities=st.sampled_from(((), ("a",), ("a", "b"))),
    free_facilities=st.sampled_from(((), ("c",))),
    zone=st.sampled_from(((), ("z1",))),
    score=st.sampled_from((None, Decimal(8))),
    supplier=st.sampled_from(((), ("first",))),
)


def least(one: IndexedHotel, chosen: Filters) -> int | None:
    """Every way to take one or two of the allowed entries, tried."""
    ways = []
    for block in one.blocks:
        if chosen.supplier and block.supplier not in chosen.supplier:
            continue
        allowed = [
            entry
            for entry in block.groups[0]
            if (not chosen.board or entry.board in chosen.board)
            and (entry.free or not chosen.free_cancellation)
        ]
        rooms = block.groups[0][0].rooms
        ways += [entry.grand for entry in allowed if entry.whole_group]
        singles = [entry for entry in allowed if not entry.whole_group for _ in range(entry.times)]
        ways += [sum(entry.grand for entry in way) for way in itertools.combinations(singles, rooms)]
    return min(ways, default=None)


def passes(one: IndexedHotel, chosen: Filters) -> bool:
    grand = least(one, chosen)
    free = set(one.facilities) - set(one.paid_facilities)
    return (
        grand is not None
        and (chosen.price_min is None or grand >= chosen.price_min * 100)
        and (chosen.price_max is None or grand <= chosen.price_max * 100)
        and (not chosen.stars or (one.stars != "" and Decimal(one.stars) in chosen.stars))
        and set(chosen.facilities) <= set(one.facilities)
        and set(chosen.free_facilities) <= free
        and (not chosen.zone or one.zone in chosen.zone)
        and (chosen.score is None or (one.score != "" and Decimal(one.score) >= chosen.score))
    )


def would(found: list[IndexedHotel], chosen: Filters, values: Any, name: str) -> dict[str, int]:
    """For each value: how many hotels there are once the filter is that value alone, and all others stay."""
    counts = {
        value: sum(passes(one, replace(chosen, **{name: pick})) for one in found) for value, pick in values
    }
    return {value: count for value, count in counts.items() if count}


@settings(max_examples=250, deadline=None)
@given(st.lists(hotels(), max_size=6), filters)
def test_counts_are_what_choosing_would_show(found: list[IndexedHotel], chosen: Filters) -> None:
    found = [replace(one, id=str(number)) for number, one in enumerate(found)]
    sifted = filtering.sift(found, chosen, sort="price", exponent=2)
    told = {name: {one.value: one.count for one in facets} for name, facets in sifted.facets.items()}

    expected = [one for one in found if passes(one, chosen)]
    order = sorted((least(one, chosen), one.id) for one in expected)
    assert [(cover.grand, one.id) for one, cover in sifted.hotels] == order
    assert told["board"] == would(found, chosen, [(code, (code,)) for code in BOARDS], "board")
    assert told["supplier"] == would(found, chosen, [(code, (code,)) for code in SUPPLIERS], "supplier")
    assert told["free_cancellation"] == would(found, chosen, [("true", True)], "free_cancellation")
    assert told["zone"] == would(found, chosen, [(zone, (zone,)) for zone in ("z1", "z2")], "zone")
    stars = [(text, (Decimal(text),)) for text in ("3.0", "4.0")]
    assert told["stars"] == would(found, chosen, stars, "stars")
    anyhow = [one for one in found if passes(one, replace(chosen, score=None))]
    assert told["score"] == Counter(one.score[0] for one in anyhow if one.score)
    assert told["facilities"] == Counter(code for one in expected for code in one.facilities)
    for code, count in told["free_facilities"].items():
        more = replace(chosen, free_facilities=(*chosen.free_facilities, code))
        assert count == sum(passes(one, more) for one in found)
    prices = [
        least(one, chosen) for one in found if passes(one, replace(chosen, price_min=None, price_max=None))
    ]
    for bucket in sifted.histogram:
        assert bucket.count == sum(bucket.low <= (price or 0) <= bucket.high for price in prices)
    assert sum(bucket.count for bucket in sifted.histogram) == len(prices)
