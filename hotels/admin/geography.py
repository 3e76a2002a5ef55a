from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from faredown.lib.backoffice import NOTHING, ReadOnlyAdmin, ReadOnlyInline, StaffAdmin, verb
from hotels.admin.spellings import spellings
from hotels.models import Country, Destination, DestinationCode, Landmark, Region, Zone
from hotels.selectors import images, place_tree

CSS: dict[str, tuple[str, ...]] = {"all": ("backoffice/catalogue.css",)}
PAGES = "admin/hotels/places"


def hotels_of(count: int, **filters: Any) -> SafeString | str:
    """The number, as a link to the list of those hotels."""
    if not count:
        return "0"
    url = f"{reverse('admin:hotels_hotel_changelist')}?{urlencode({**filters, 'status__exact': 'live'})}"
    return format_html('<a class="bo-link" href="{}">{}</a>', url, f"{count:,}")


class ZoneInline(ReadOnlyInline[Zone]):
    model = Zone
    fields = ("name", "code", "hotel_count")
    ordering = ("-hotel_count", "name")


class LandmarkInline(ReadOnlyInline[Landmark]):
    model = Landmark
    fields = ("name", "kind", "hotel_count", "latitude", "longitude")
    ordering = ("-hotel_count", "name")


class DestinationCodeInline(ReadOnlyInline[DestinationCode]):
    model = DestinationCode
    fields = ("supplier", "code")
    verbose_name_plural = "supplier codes"


class PlaceAdmin(ReadOnlyAdmin[Any]):
    """A place as the sync made it."""

    class Media:
        css = CSS

    @admin.display(description="names")
    def shown_names(self, place: Any) -> SafeString | str:
        return spellings(place.names)

    @admin.display(description="hotels", ordering="hotel_count")
    def live_hotels(self, place: Any) -> SafeString | str:
        field = "country__iso_code" if isinstance(place, Country) else f"{_name(place)}__id"
        return hotels_of(place.hotel_count, **{f"{field}__exact": place.pk})


@admin.register(Country)
class CountryAdmin(PlaceAdmin):
    list_display = ("__str__", "iso_code", "code", "live_hotels")
    search_fields = ("iso_code", "code", "names")
    fields = (("iso_code", "code"), "live_hotels", "shown_names")
    readonly_fields: ClassVar[tuple[str, ...]] = ("live_hotels", "shown_names")
    ordering = ("-hotel_count",)


@admin.register(Region)
class RegionAdmin(PlaceAdmin):
    list_display = ("name", "code", "country", "live_hotels")
    list_filter = ("country",)
    list_select_related = ("country",)
    search_fields = ("name", "code", "public_id")
    fields = (("name", "code"), ("country", "live_hotels"), ("latitude", "longitude"), "public_id")
    readonly_fields: ClassVar[tuple[str, ...]] = ("live_hotels", "public_id")
    ordering = ("-hotel_count", "name")


@admin.register(Zone)
class ZoneAdmin(PlaceAdmin):
    list_display = ("name", "code", "destination", "country", "live_hotels")
    list_select_related = ("destination__country",)
    search_fields = ("name", "code", "destination__name", "public_id")
    fields = (("name", "code"), ("destination", "country"), "live_hotels", "public_id")
    readonly_fields: ClassVar[tuple[str, ...]] = ("country", "live_hotels", "public_id")
    ordering = ("-hotel_count", "name")

    @admin.display(description="country")
    def country(self, zone: Zone) -> str:
        return str(zone.destination.country)


@admin.register(Landmark)
class LandmarkAdmin(PlaceAdmin):
    """Airports, stations, ports and sights. One without a point could not be placed and is not searched by."""

    list_display = ("name", "kind", "destination", "country", "hotel_count", "is_placed")
    list_filter = ("kind", "country")
    list_select_related = ("destination", "country")
    search_fields = ("name", "code", "public_id")
    fields = (
        ("name", "kind"),
        ("supplier", "code"),
        ("country", "destination"),
        ("latitude", "longitude"),
        "hotel_count",
        "shown_names",
        "public_id",
    )
    readonly_fields: ClassVar[tuple[str, ...]] = ("shown_names", "public_id")
    ordering = ("-hotel_count", "name")

    @admin.display(description="on the map", boolean=True)
    def is_placed(self, landmark: Landmark) -> bool:
        return landmark.latitude is not None


@admin.register(Destination)
class DestinationAdmin(StaffAdmin[Destination]):
    """Staff choose what is featured, how popular it ranks and its picture; the rest is the supplier's."""

    list_display = ("name", "country", "live_hotels", "popularity", "is_featured")
    list_editable = ("popularity", "is_featured")
    list_filter = ("is_featured", "country")
    search_fields = ("name", "codes__code", "names")
    search_help_text = "Name in any language, or the supplier's code"
    list_select_related = ("country",)
    fields = (
        ("name", "country"),
        ("live_hotels", "public_id"),
        ("popularity", "is_featured"),
        "image",
        "picture",
        ("latitude", "longitude"),
        "shown_names",
    )
    readonly_fields = (
        *("name", "country", "live_hotels", "public_id", "picture"),
        *("latitude", "longitude", "shown_names"),
    )
    ordering = ("-popularity", "-hotel_count")
    inlines = (ZoneInline, LandmarkInline, DestinationCodeInline)
    actions_detail = ("sync",)

    class Media:
        css = CSS

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("tree/", wrap(self.tree), name="hotels_place_tree"),
            path("tree/<str:iso_code>/", wrap(self.tree_of), name="hotels_place_tree_of"),
            path("<int:pk>/zones/", wrap(self.zones_of), name="hotels_place_zones"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Destination | None = None) -> bool:
        return False

    def has_run_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return bool(request.user.has_perm("hotels.run_sync"))

    @verb(description="Sync this destination", icon="sync", permission="run")
    def sync(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The form that starts a sync, filled in."""
        destination = self.get_object(request, object_id)
        if destination is None:
            raise Http404
        code = destination.codes.order_by("supplier").first()
        given = {"supplier": code.supplier, "destination": code.code, "kind": "full"} if code else {}
        return redirect(f"{reverse('admin:hotels_syncrun_start')}?{urlencode(given)}")

    def tree(self, request: HttpRequest) -> HttpResponse:
        context = {"title": "Places", "countries": place_tree.countries()}
        return self._page(request, "countries", context)

    def tree_of(self, request: HttpRequest, iso_code: str) -> HttpResponse:
        country = get_object_or_404(Country, pk=iso_code.upper())
        context = {"title": str(country), "country": country, "branches": place_tree.of_country(country)}
        return self._page(request, "country", context)

    def zones_of(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A piece of the tree, asked for when a destination is opened."""
        destination = get_object_or_404(Destination, pk=pk)
        return self._page(request, "zones", {"zones": place_tree.zones(destination)}, whole=False)

    @admin.display(description="hotels", ordering="hotel_count")
    def live_hotels(self, place: Destination) -> SafeString | str:
        return hotels_of(place.hotel_count, destination__id__exact=place.pk)

    @admin.display(description="names")
    def shown_names(self, place: Destination) -> SafeString | str:
        return spellings(place.names)

    @admin.display(description="picture")
    def picture(self, place: Destination) -> SafeString | str:
        """Empty: the pages take one of its hotels'."""
        if not place.image:
            return NOTHING
        return format_html('<img class="bo-picture" src="{}" alt="">', images.url(place.image))

    def _page(
        self, request: HttpRequest, name: str, context: dict[str, Any], *, whole: bool = True
    ) -> TemplateResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        shell = self.admin_site.each_context(request) if whole else {}
        return TemplateResponse(request, f"{PAGES}/{name}.html", {**shell, **context})


def _name(place: Model) -> str:
    return str(place._meta.model_name)
