"""The look and the menu of the backoffice (read by Unfold)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy


def _may_see(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)


def _list(title: str, icon: str, model: str) -> dict[str, Any]:
    """A menu entry for `app.model`, shown to those who may view it."""
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": _may_see(f"{app}.view_{name}"),
    }


def _page(title: str, icon: str, name: str, permission: str) -> dict[str, Any]:
    """A menu entry for a page that is no model's list."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{name}"),
        "permission": _may_see(permission),
    }


def _is_at(page: str, *, but: str) -> Callable[[HttpRequest], bool]:
    """Somewhere under `page`, except under `but`, which has an entry of its own."""
    return lambda request: (
        request.path.startswith(reverse(f"admin:{page}"))
        and not request.path.startswith(reverse(f"admin:{but}"))
    )


def _group(title: str, *items: dict[str, Any], collapsible: bool = False) -> dict[str, Any]:
    return {"title": title, "separator": True, "collapsible": collapsible, "items": list(items)}


def _dashboard_style(_request: HttpRequest) -> str:
    return static("backoffice/dashboard.css")


def _icon(_request: HttpRequest) -> str:
    return static("site/favicon.svg")


MENU = [
    {
        "title": "",
        "items": [{"title": "Dashboard", "icon": "bar_chart", "link": reverse_lazy("admin:index")}],
    },
    _group(
        "Bookings",
        _list("Bookings", "menu_book", "bookings.booking"),
        _list("Waiting for staff", "assignment_late", "bookings.stafftask"),
        _list("Quotes", "request_quote", "bookings.quote"),
        _list("Customers", "groups", "bookings.customer"),
        _list("Late supplier bookings", "person_search", "bookings.orphan"),
    ),
    _group(
        "Money",
        _list("Payments", "credit_card", "bookings.payment"),
        _list("Refunds", "currency_exchange", "bookings.refund"),
        _list("Disputes", "gavel", "bookings.dispute"),
        _list("Invoices and papers", "receipt", "bookings.document"),
        _list("Number series", "pin", "bookings.documentseries"),
        _list("Ledger", "account_balance", "bookings.ledgerentry"),
        _list("Ledger lines", "table_rows", "bookings.journalline"),
        _list("Ledger proofs", "verified", "bookings.ledgerproof"),
        _list("Ledger seals", "approval", "bookings.ledgerseal"),
    ),
    _group(
        "Prices",
        _list("Markup rules", "percent", "hotels.markuprule"),
        _list("Tax rules", "receipt_long", "hotels.taxrule"),
        _list("Promotions", "sell", "bookings.promotion"),
        _list("Redemptions", "redeem", "bookings.redemption"),
        _list("Exchange rates", "attach_money", "hotels.exchangerate"),
        _list("Currency buffers", "shield", "hotels.currencybuffer"),
    ),
    _group(
        "Catalogue",
        _list("Hotels", "hotel", "hotels.hotel"),
        _page("Places", "account_tree", "hotels_place_tree", "hotels.view_destination"),
        {
            **_list("Destinations", "location_on", "hotels.destination"),
            "active": _is_at("hotels_destination_changelist", but="hotels_place_tree"),
        },
        _list("Regions", "map", "hotels.region"),
        _list("Zones", "distance", "hotels.zone"),
        _list("Landmarks", "flight_land", "hotels.landmark"),
        _list("Countries", "public", "hotels.country"),
        _list("Vocabularies", "dictionary", "hotels.term"),
        _list("Rate comments", "comment", "hotels.ratecomment"),
        _list("Sync runs", "sync", "hotels.syncrun"),
        _page("Completeness", "fact_check", "reports_completeness", "reports.view_completeness"),
        collapsible=True,
    ),
    _group(
        "Suppliers",
        _list("Suppliers", "hub", "suppliers.supplier"),
        _list("Credentials", "key", "suppliers.credential"),
        _list("Exchanges", "swap_horiz", "suppliers.call"),
        _page("Searches", "travel_explore", "reports_searches", "reports.view_searchday"),
        collapsible=True,
    ),
    _group(
        "Site",
        _list("Pages", "article", "pages.page"),
        _list("Banners", "ad", "pages.banner"),
        _list("Featured places", "star", "pages.featuredplace"),
        _list("Menus", "menu", "pages.menuitem"),
        _list("Legal texts", "gavel", "pages.legaltext"),
        collapsible=True,
    ),
    _group(
        "System",
        _list("Users", "manage_accounts", "accounts.user"),
        _list("Roles", "badge", "accounts.role"),
        _list("Audit", "history", "audit.action"),
        _list("Messages", "mail", "messaging.outboxmessage"),
        _list("Idempotency keys", "vpn_key", "idempotency.key"),
        _list("Leases", "lock_clock", "idempotency.lease"),
        collapsible=True,
    ),
]

UNFOLD = {
    "SITE_TITLE": "Faredown backoffice",
    "SITE_HEADER": "Faredown",
    "SITE_SUBHEADER": "Admin CMS, times in UTC",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _icon}],
    "SITE_SYMBOL": "shield",
    "SITE_URL": "/",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    "STYLES": [_dashboard_style],
    "COLORS": {
        # The action blue of the site (#2563eb) and its neighbours.
        "primary": {
            "50": "#eff6ff",
            "100": "#dbeafe",
            "200": "#bfdbfe",
            "300": "#93c5fd",
            "400": "#60a5fa",
            "500": "#3b82f6",
            "600": "#2563eb",
            "700": "#1d4ed8",
            "800": "#1e40af",
            "900": "#003580",
            "950": "#172554",
        },
    },
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": MENU},
}
