"""The first words on the site. Written once; from then on they are staff's."""

from __future__ import annotations

from datetime import date

from faredown.pages.models import Banner, Icon, LegalText, Menu, MenuItem, Page, Placement

BANNERS = (
    (
        Placement.HERO,
        "",
        "Find your perfect stay",
        "Live hotel prices, the whole total shown first.",
    ),
    (
        Placement.STRIP,
        Icon.BUILDING,
        "The total you see is the total you pay",
        "Taxes paid at the hotel are named and added before you choose.",
    ),
    (
        Placement.REASONS_TITLE,
        "",
        "Why Faredown Is Reinventing Hotel Booking",
        "Live rates, honest totals, and terms you can read.",
    ),
    (
        Placement.REASON,
        Icon.TREND,
        "Live Prices",
        "Every rate comes from the hotel's supplier as you search.",
    ),
    (
        Placement.REASON,
        Icon.WALLET,
        "Pay When It Is Yours",
        "Your card is charged only after the room is confirmed.",
    ),
    (
        Placement.REASON,
        Icon.SHIELD,
        "Clear Cancellation",
        "Deadlines on two clocks: the hotel's and yours.",
    ),
    (
        Placement.REASON,
        Icon.HEADSET,
        "People When You Need Them",
        "What a machine cannot settle goes to a person, with a deadline.",
    ),
)

MENU = (
    (Menu.HEADER, "Flights", "/pages/flights/"),
    (Menu.HEADER, "Hotels", "/hotels/"),
    (Menu.HELP, "Manage a booking", "/manage-booking/"),
    (Menu.LEGAL, "Terms of use", "/legal/terms/"),
    (Menu.LEGAL, "Privacy", "/legal/privacy/"),
)

FLIGHTS = (
    "Flights",
    "Flights are sold apart from hotels.",
    """<p>Flights are a product of their own and are not sold on this site yet. Hotels are.</p>
<p><a href="/hotels/">Search hotels</a></p>""",
)

TERMS = (
    "<h2>Your contract</h2><p>When you book, we pass your order to the accommodation's supplier and act as its agent."
    " Your booking stands once it is confirmed to you with a reference.</p>"
    "<h2>Price</h2><p>The total on the payment page is what you pay us. Taxes and fees due at the property are listed"
    " beside it, in the currency the property asks for.</p>"
    "<h2>Payment</h2><p>The amount is reserved on your card when you book and taken after the supplier confirmed."
    " If it does not confirm, the reservation is released.</p>"
    "<h2>Cancelling</h2><p>The cancellation terms shown before you paid apply, by the clock of the hotel's own"
    " place.</p>"
)

PRIVACY = (
    "<h2>What we keep</h2><p>The names, ages of children and contact details you give for a booking, and the booking"
    " itself.</p>"
    "<h2>Who receives it</h2><p>The accommodation and its supplier receive the guests' names, the ages of children"
    " and your remarks. The payment provider receives what it needs to charge you. Nobody else does.</p>"
    "<h2>Cookies</h2><p>One cookie keeps your session, one your language; none follows you.</p>"
)

IN_FORCE = date(2026, 11, 1)


def seed_texts() -> None:
    """Each kind is written only while it is empty, so that what staff removed stays removed."""
    if not Banner.objects.exists():
        Banner.objects.bulk_create(
            Banner(placement=placement, icon=icon, title=title, text=text, position=position)
            for position, (placement, icon, title, text) in enumerate(BANNERS)
        )
    if not MenuItem.objects.exists():
        MenuItem.objects.bulk_create(
            MenuItem(menu=menu, label=label, url=url, position=position)
            for position, (menu, label, url) in enumerate(MENU)
        )
    if not Page.objects.exists():
        title, summary, body = FLIGHTS
        Page.objects.create(slug="flights", title=title, summary=summary, body=body)
    if not LegalText.objects.exists():
        for slug, title, body in (("terms", "Terms of use", TERMS), ("privacy", "Privacy", PRIVACY)):
            LegalText.objects.create(slug=slug, title=title, body=body, in_force_from=IN_FORCE)
