from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from faredown.lib.backoffice import NOTHING, ReadOnlyAdmin, ReadOnlyInline, verb
from hotels.admin import edit_lines
from hotels.admin.edit_forms import EditForm
from hotels.admin.edit_lines import Line, Lines
from hotels.admin.editing import EditedAdmin
from hotels.admin.spellings import spellings
from hotels.models import Country, Destination, DestinationCode, Landmark, Place, Region, Zone
from hotels.selectors import images, place_tree
from hotels.services.content import edits
from hotels.services.content.edit_fields import Languages

CSS: dict[str, tuple[str, ...]] = {"all": ("backoffice/catalogue.css",)}
CSS_OF_EDITED: dict[str, tuple[str, ...]] = {"all": ("backoffice/catalogue.css", "backoffice/hotel.css")}
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


class EditedPlaceAdmin(EditedAdmin):
    """A place whose name, and where it lies, staff may correct."""

    change_form_template = f"{PAGES}/edited.html"
    # One permission for all of them: who keeps destinations keeps the places around and in them.
    edit_permissions = ("hotels.change_destination", "hotels.add_contentedit")

    class Media:
        css = CSS_OF_EDITED

    def page_of(self, owner: Place, *, may_edit: bool, bound: EditForm | None) -> dict[str, Any]:
        lines = Lines(owner, may_edit=may_edit, bound=bound)
        return {
            "lines": tuple(_lines(owner, lines)),
            "told": edit_lines.told(owner),
            "is_placed": isinstance(owner, Destination),
        }

    @admin.display(description="hotels", ordering="hotel_count")
    def live_hotels(self, place: Any) -> SafeString | str:
        field = "country__iso_code" if isinstance(place, Country) else f"{_name(place)}__id"
        return hotels_of(place.hotel_count, **{f"{field}__exact": place.pk})


class PlaceAdmin(EditedPlaceAdmin, ReadOnlyAdmin[Any]):
    """Of which the sync makes all the rest."""


@admin.register(Country)
class CountryAdmin(PlaceAdmin):
    list_display = ("__str__", "iso_code", "code", "live_hotels")
    search_fields = ("iso_code", "code", "names")
    fields = (("iso_code", "code"), "live_hotels")
    readonly_fields: ClassVar[tuple[str, ...]] = ("live_hotels",)
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
class LandmarkAdmin(ReadOnlyAdmin[Landmark]):
    """Airports, stations, ports and sights. One without a point could not be placed and is not searched by."""

    class Media:
        css = CSS

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

    @admin.display(description="names")
    def shown_names(self, landmark: Landmark) -> SafeString | str:
        return spellings(landmark.names)

    @admin.display(description="on the map", boolean=True)
    def is_placed(self, landmark: Landmark) -> bool:
        return landmark.latitude is not None


@admin.register(Destination)
class DestinationAdmin(EditedPlaceAdmin):
    """Staff choose what is featured, how popular it ranks and its picture, and correct its names and position; the rest
    is the supplier's."""

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
    )
    readonly_fields = ("name", "country", "live_hotels", "public_id", "picture")
    ordering = ("-popularity", "-hotel_count")
    inlines = (ZoneInline, LandmarkInline, DestinationCodeInline)
    actions_detail = ("sync",)

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

    def save_model(self, request: HttpRequest, obj: Destination, form: Any, change: bool) -> None:
        """Only what the form asks: a sync, or a correction, may have written the rest since it was read."""
        obj.save(update_fields=["popularity", "is_featured", "image", "updated_at"])

    def has_run_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return bool(request.user.has_perm("hotels.run_sync"))

    @verb(description="Sync this destination", icon="sync", permission="run")
    def sync(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The form that starts a sync, filled in."""
        destination = self.row(request, object_id)
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


def _lines(place: Place, lines: Lines) -> Iterator[Line]:
    """A line for each language its name is read in, then for those only the supplier has."""
    offered = tuple(edits.languages_of(place))
    for field in edits.fields_of(place).values():
        if field.languages is Languages.NONE:
            yield lines.line(field, "")
            continue
        for language in dict.fromkeys((*offered, *lines.sheet.texts)):
            yield lines.line(field, language, is_offered=language in offered)


def _name(place: Model) -> str:
    return str(place._meta.model_name)
