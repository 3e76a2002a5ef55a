"""What holds for every price, whatever the rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from faredown.lib.money import Money
from hotels.pricing import engine
from hotels.pricing.engine import Book, Charge, Item, Policy, Price
from hotels.pricing.exchange import Rates
from hotels.pricing.rules import Basis, FixedPer, Promotion, Rule, TaxRule, Tier
from tests.hotels.pricing.values import PER_EUR, PLACE, STAY

brisk = settings(max_examples=60, deadline=None)
currencies = st.sampled_from(["EUR", "USD", "GBP", "JPY", "KWD", "AED"])


def decimals(least: str, most: str, places: int = 2) -> st.SearchStrategy[Decimal]:
    return st.decimals(min_value=least, max_value=most, places=places, allow_nan=False, allow_infinity=False)


moneys = st.builds(Money, decimals("0.01", "999"), currencies)


@st.composite
def some_rules(draw: st.DrawFn) -> tuple[Rule, ...]:
    """Up to four, some of which do not match the stay."""
    found = []
    for number in range(draw(st.integers(0, 4))):
        least = draw(st.none() | decimals("0", "50"))
        most = draw(st.none() | decimals("50", "500"))
        bounds = draw(st.lists(st.integers(1, 5000), max_size=3, unique=True))
        found.append(
            Rule(
                id=f"mkr_{number}",
                priority=draw(st.integers(1, 3)),
                stacks=draw(st.booleans()),
                percent=draw(decimals("-50", "200")),
                tiers=tuple(Tier(Decimal(above), draw(decimals("-50", "100"))) for above in sorted(bounds)),
                fixed=draw(st.none() | moneys),
                fixed_per=draw(st.sampled_from(FixedPer)),
                least=least,
                most=most,
                currency=draw(currencies),
                boards=draw(st.sampled_from([(), ("BB",), ("HB",)])),
                weekdays=draw(st.sampled_from([(), (6,), (1,)])),
                hotel=draw(st.sampled_from(["", "htl_1", "htl_2"])),
            )
        )
    return tuple(found)


@st.composite
def some_taxes(draw: st.DrawFn) -> tuple[TaxRule, ...]:
    return tuple(
        TaxRule(
            id=f"txr_{number}",
            name="VAT",
            percent=draw(decimals("0", "27")),
            basis=draw(st.sampled_from(Basis)),
            stacks=draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 3)))
    )


promotions = st.none() | st.builds(
    Promotion,
    id=st.just("prm_1"),
    percent=decimals("0", "100"),
    fixed=st.none() | moneys,
    cap=st.none() | moneys,
)
houses = st.builds(
    Policy,
    rules=some_rules(),
    taxes=some_taxes(),
    rates=st.builds(Rates, st.just(PER_EUR), decimals("0", "5")),
    least_margin_percent=decimals("0", "30"),
)
items = st.builds(
    Item,
    net=st.builds(Money, decimals("0.01", "99999"), currencies),
    board=st.just("BB"),
    rooms=st.integers(1, 4),
    at_property=st.lists(st.builds(Charge, st.just("Tax"), moneys), max_size=2).map(tuple),
)
asked: dict[str, Any] = {"item": items, "house": houses, "shown": currencies, "promotion": promotions}


def sold(item: Item, house: Policy, shown: str, promotion: Promotion | None = None) -> Price:
    return Book(house).tariff(STAY, shown).at(PLACE).price(item, promotion)


def cost(item: Item, house: Policy, shown: str) -> Decimal:
    exchange = house.rates.between(item.net.currency, shown)
    return item.net.amount * exchange.rate * (100 + exchange.spread_percent) / 100


@brisk
@given(**asked)
def test_lines_add_up_to_the_total(
    item: Item, house: Policy, shown: str, promotion: Promotion | None
) -> None:
    price = sold(item, house, shown, promotion)
    assert sum((line.amount.amount for line in price.lines), Decimal(0)) == price.total.amount
    assert price.total == price.total.rounded()
    assert engine.price_from_json(engine.price_to_json(price)) == price


@brisk
@given(**asked)
def test_what_we_keep_is_never_under_the_floor(
    item: Item, house: Policy, shown: str, promotion: Promotion | None
) -> None:
    """Reckoned another way: the total holds the least we sell for and the tax which that would owe."""
    price = sold(item, house, shown, promotion)
    floor = cost(item, house, shown) * (100 + house.least_margin_percent) / 100
    plain = item.net.amount * house.rates.between(item.net.currency, shown).rate
    base = next((tax for tax in sorted(house.taxes, key=lambda tax: tax.id) if not tax.stacks), None)
    owed = sum(
        (
            (floor if tax.basis is Basis.TOTAL else floor - plain) * tax.percent / 100
            for tax in house.taxes
            if tax.stacks or tax is base
        ),
        Decimal(0),
    )
    assert price.total.amount >= floor + owed - Decimal("1E-18")


@brisk
@given(item=items, house=houses, shown=currencies, promotion=promotions, data=st.data())
def test_the_order_of_rules_does_not_matter(
    item: Item, house: Policy, shown: str, promotion: Promotion | None, data: st.DataObject
) -> None:
    turned = Policy(
        rules=tuple(data.draw(st.permutations(house.rules))),
        taxes=tuple(data.draw(st.permutations(house.taxes))),
        rates=house.rates,
        least_margin_percent=house.least_margin_percent,
    )
    assert sold(item, turned, shown, promotion) == sold(item, house, shown, promotion)


@brisk
@given(
    nets=st.lists(decimals("0.01", "9999"), min_size=1, max_size=5),
    house=houses,
    shown=currencies,
    data=st.data(),
)
def test_the_order_of_offers_does_not_matter(
    nets: list[Decimal], house: Policy, shown: str, data: st.DataObject
) -> None:
    """Neither to what each costs, asked of one desk in any order, nor to what they cost together."""
    offers = [Item(net=Money(net, "EUR"), board="BB") for net in nets]
    turned = data.draw(st.permutations(offers))
    desk = Book(house).tariff(STAY, shown).at(PLACE)
    prices = [desk.price(item) for item in turned]
    assert prices == [sold(item, house, shown) for item in turned]
    one, other = engine.together(prices), engine.together([sold(item, house, shown) for item in offers])
    assert (one.total, one.grand_total) == (other.total, other.grand_total)


@brisk
@given(item=items, house=houses, shown=currencies)
def test_totals_are_the_prices(item: Item, house: Policy, shown: str) -> None:
    desk = Book(house).tariff(STAY, shown).at(PLACE)
    price = desk.price(item)
    assert desk.totals(item) == (price.total.minor_units(), price.grand_total.minor_units())


@brisk
@given(item=items, house=houses, shown=currencies, nights=st.integers(1, 30))
def test_rooms_and_nights_add_up(item: Item, house: Policy, shown: str, nights: int) -> None:
    price = sold(item, house, shown)
    found = engine.figures([price, price], nights=nights)
    for parts in (found.per_room, found.per_night):
        assert sum(parts[1:], parts[0]) == price.total * 2
    assert len(found.per_room) == 2 * item.rooms


@brisk
@given(item=items, house=houses, shown=currencies, more=decimals("0.01", "999"))
def test_a_dearer_net_never_sells_for_less(item: Item, house: Policy, shown: str, more: Decimal) -> None:
    desk = Book(house).tariff(STAY, shown).at(PLACE)
    dearer = Item(net=Money(item.net.amount + more, item.net.currency), board="BB", rooms=item.rooms)
    if desk.grows("BB"):
        assert desk.totals(dearer).total >= desk.totals(item).total


@brisk
@given(item=items, house=houses, shown=currencies, promotion=promotions)
def test_a_promotion_never_makes_it_dearer(
    item: Item, house: Policy, shown: str, promotion: Promotion | None
) -> None:
    assert sold(item, house, shown, promotion).total <= sold(item, house, shown).total
