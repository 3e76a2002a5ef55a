"""The backoffice: Django's admin site with our menu and, on its first page, our figures."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.debug import sensitive_variables
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from faredown.accounts.services import login
from faredown.lib import network
from faredown.lib.errors import DomainError, Unauthenticated
from reports import views
from reports.selectors.dashboard import dashboard


class StaffLogin(AuthenticationForm):
    """Tries are counted, per address and account, together with those at the site's and the API's doors."""

    refusal: DomainError | None = None
    """Why nobody looked at the password."""

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if self.request is None or not email or not password:
            return self.cleaned_data
        try:
            user = login.authenticate(email=email, password=password, ip=network.client_address(self.request))
        except Unauthenticated:
            raise self.get_invalid_login_error() from None
        except DomainError as error:
            self.refusal = error
            raise ValidationError(error.detail, code=error.code) from error
        self.confirm_login_allowed(user)
        self.user_cache = user
        return self.cleaned_data


class Backoffice(UnfoldAdminSite):
    site_title = "Faredown backoffice"
    site_header = "Faredown"
    index_title = "Dashboard"
    login_form = StaffLogin

    def get_urls(self) -> list[URLResolver | URLPattern]:  # type: ignore[override]  # Unfold says less than Django
        reports = [
            path("reports/completeness/", self.admin_view(views.completeness), name="reports_completeness"),
            path(
                "reports/completeness/export/",
                self.admin_view(views.completeness_csv),
                name="reports_completeness_csv",
            ),
            path(
                "reports/completeness/<str:iso_code>/",
                self.admin_view(views.completeness_of),
                name="reports_completeness_of",
            ),
            path("reports/searches/", self.admin_view(views.searches), name="reports_searches"),
            path(
                "reports/searches/export/", self.admin_view(views.searches_csv), name="reports_searches_csv"
            ),
        ]
        return [*reports, *super().get_urls()]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The form again, with the status of the refusal."""
        response = super().login(request, extra_context)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if isinstance(form, StaffLogin) and form.refusal is not None:
            response.status_code = form.refusal.status
            if form.refusal.retry_after is not None:
                response["Retry-After"] = str(form.refusal.retry_after)
        return response

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
