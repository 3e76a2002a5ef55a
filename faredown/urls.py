from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views import defaults

from faredown import health
from faredown.lib import problems
from faredown.middleware import API

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("healthz/", health.healthz),
    path("readyz/", health.readyz),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("api/", include("faredown.api")),
    path("", include("faredown.accounts.urls")),
    path("", include("hotels.urls")),
    path("", include("bookings.urls")),
    path("", include("faredown.pages.urls")),
]


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is refused before a view, such as a host that is not ours."""
    if request.path.startswith(API):
        return problems.as_response(problems.Malformed())
    response: HttpResponse = defaults.bad_request(request, exception)
    return response


def handler500(request: HttpRequest) -> HttpResponse:
    """The API's last word is a problem document, also for what failed before a view."""
    if request.path.startswith(API):
        return problems.server_error()
    response: HttpResponse = defaults.server_error(request)
    return response
