"""The backoffice: Django's admin site with our menu and, on its first page, our figures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from unfold.sites import UnfoldAdminSite

from reports.selectors.dashboard import dashboard


class Backoffice(UnfoldAdminSite):
    site_title = "Faredown backoffice"
    site_header = "Faredown"
    index_title = "Dashboard"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The figures are for those who may see bookings; everybody else gets the list of what is theirs."""
        shown = dashboard() if request.user.has_perm("bookings.view_booking") else None
        return super().index(request, {"dashboard": shown, **(extra_context or {})})

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The menu without the entries, and the groups, that this person may not open."""
        groups = super().get_sidebar_list(request)
        for group in groups:
            group["items"] = [item for item in group["items"] if item["has_permission"]]
        return [group for group in groups if group["items"]]
