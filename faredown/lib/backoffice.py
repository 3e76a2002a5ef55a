"""What every page of the backoffice leans on: the base classes of its lists, and how values are shown to staff."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action

from faredown.lib import history
from faredown.lib.money import Money

if TYPE_CHECKING:  # Unfold's classes are Django's with another look, but not generic to a type checker
    from django.contrib.admin import ModelAdmin, TabularInline
else:
    from unfold.admin import ModelAdmin, TabularInline

Row = TypeVar("Row", bound=Model)
Verb = TypeVar("Verb", bound=Callable[..., HttpResponse])
NOTHING = "-"


class StaffAdmin(ModelAdmin[Row]):
    """A list that stays quick on a large table: no count of the whole of it, no select box over it."""

    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    list_fullwidth = True
    warn_unsaved_form = True

    def row(self, request: HttpRequest, object_id: str) -> Row:
        """Of an address at which something is asked or done. What is no key is no row: Http404."""
        found: Row | None = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every change of a tracked row, whoever made it. The page itself asks for them, so only once Django has
        found that this person may see the row; without any it stays Django's own list."""
        context = {
            "recorded": partial(history.of, self.model, unquote(object_id)),
            "most": history.SHOWN,
            **(extra_context or {}),
        }
        return super().history_view(request, object_id, context)


class ReadOnlyAdmin(StaffAdmin[Row]):
    """Rows that only the program writes: money, exchanges, what was promised."""

    actions: Sequence[Any] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False


class ReadOnlyInline(TabularInline[Row, Any]):
    """Rows shown on their owner's page, never edited there."""

    extra = 0
    can_delete = False
    show_change_link = False
    tab = True
    hide_title = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """All of them: a form would refuse the fields that nobody may edit."""
        return tuple(self.fields or ())

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def verb(*, description: str, icon: str, permission: str) -> Callable[[Verb], Verb]:
    """A button on a row's page, for those who pass `has_<permission>_permission`. Unfold's own annotation of
    `action` does not say that it decorates."""
    return cast(
        "Callable[[Verb], Verb]", action(description=description, icon=icon, permissions=[permission])
    )


def money(value: Money | None) -> str:
    """`1 234.50 EUR`; a thin group for the eye, the currency always said."""
    if value is None:
        return NOTHING
    amount = value.as_json()["amount"]
    sign = "-" if amount.startswith("-") else ""
    whole, point, fraction = amount.removeprefix("-").partition(".")
    return sign + f"{int(whole):,}".replace(",", " ") + point + fraction + f" {value.currency}"


def facts(value: Any) -> SafeString | str:
    """A JSON value as staff can read it."""
    if not value:
        return NOTHING
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    return format_html('<pre class="bo-facts">{}</pre>', text)
