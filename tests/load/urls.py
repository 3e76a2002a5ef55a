"""The project's addresses, and `/bare/<bytes>`: that many bytes from a view that does nothing, through the same
middleware and server. What a page costs more than this is its own."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def bare(_request: HttpRequest, size: int) -> HttpResponse:
    return HttpResponse(b"x" * size)


urlpatterns = [path("bare/<int:size>", bare), path("", include("faredown.urls"))]

handler500 = "faredown.urls.handler500"
