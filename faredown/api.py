"""The API's root: each app's operations under /api/v1/, its schema and its documentation page."""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.request import Request
from rest_framework.response import Response

from faredown.lib.errors import NotFound
from faredown.lib.rest import ApiView


@extend_schema(exclude=True)
class Nothing(ApiView):
    """Whatever no operation answers: a problem document, also where DEBUG would show a page."""

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        raise NotFound("not_found", "There is no such operation.")

    post = put = patch = delete = get

    def options(self, request: Any, *args: object, **kwargs: object) -> Response:
        return self.get(request)

    def http_method_not_allowed(self, request: Any, *args: object, **kwargs: object) -> Response:
        return self.get(request)


v1: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema", metadata_class=None), name="docs"),
    path("", include("faredown.accounts.api.urls")),
    path("", include("hotels.api.urls")),
    path("", include("bookings.api.urls")),
]

urlpatterns = [
    path("v1/", include(v1)),
    re_path(r"", Nothing.as_view()),
]
