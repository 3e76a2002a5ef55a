"""The least that Django can do for a page: one address, no middleware, the bytes as they lie in Redis."""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from redis import Redis

KEY = "bench:page"

settings.configure(
    ALLOWED_HOSTS=["testserver"], LOGGING_CONFIG=None, MIDDLEWARE=[], ROOT_URLCONF=__name__, USE_I18N=False
)
redis = Redis.from_url(os.environ["REDIS_CACHE_URL"])


def page(_request: HttpRequest) -> HttpResponse:
    body = redis.get(KEY)
    assert isinstance(body, bytes)
    return HttpResponse(body, content_type="application/json", headers={"Content-Length": str(len(body))})


def alive(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("page", page), path("healthz", alive)]
django.setup()
application = get_wsgi_application()
