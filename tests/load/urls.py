"""The project's addresses, and `/bare/<bytes>`: that many bytes from a view that does nothing, through the same
middleware and server; `/bare/select` asks the database for a 1. What a page costs more than these is its own."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def bare(_request: HttpRequest, size: int) -> HttpResponse:
    return HttpResponse(b"x" * size)


def select(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return HttpResponse(str(cursor.fetchone()[0]))


urlpatterns = [path("bare/<int:size>", bare), path("bare/select", select), path("", include("faredown.urls"))]

handler500 = "faredown.urls.handler500"
