"""Health, metrics, checks, the timetable and the redirects of pages."""

import json

import pytest
from celery import signals
from django.core.checks import run_checks
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from faredown import celery, checks, health, middleware
from faredown.celery import app, heartbeat_key
from faredown.lib import clock, redis
from faredown.lib.logging import request_id


@pytest.fixture
def serving() -> None:
    for queue in celery.QUEUES:
        redis.durable().zadd(heartbeat_key(queue), {"worker@here": clock.now().timestamp()})
    redis.durable().set(celery.SCHEDULER_KEY, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("serving")
def test_ready_when_everything_answers(client: Client) -> None:
    health._on_disk.cache_clear()
    answer = client.get("/readyz")
    if answer.json()["checks"]["migrations"]["status"] != "ok":  # the first look reads every migration file
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert set(answer.json()["checks"]) == {"database", "migrations", "cache", "broker", "workers", "beat"}
    assert all("elapsed_ms" in check for check in answer.json()["checks"].values())


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("serving")
def test_degraded_is_not_dead(client: Client, settings: Settings) -> None:
    redis.durable().delete(heartbeat_key("search"))
    settings.REDIS_CACHE_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["workers"]["detail"] == "nobody works on search"
    assert answer.json()["checks"]["cache"]["detail"] == "ConnectionError"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("serving")
def test_without_beat_it_is_degraded_until_beat_gives_out_a_task(client: Client) -> None:
    redis.durable().delete(celery.SCHEDULER_KEY)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["beat"]["status"] == "failing"
    signals.beat_init.send(sender=None)
    try:
        redis.durable().delete(celery.SCHEDULER_KEY)
        signals.after_task_publish.send(sender="bookings.sweep")
    finally:
        signals.after_task_publish.disconnect(celery._scheduler_alive)
    assert client.get("/readyz").json()["checks"]["beat"]["status"] == "ok"
    assert 0 < redis.durable().ttl(celery.SCHEDULER_KEY) <= 60


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("serving")
def test_missing_migrations_are_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_on_disk", lambda: {("accounts", "9999_tomorrow")})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "unready")
    assert answer.json()["checks"]["migrations"]["detail"] == "1 migrations are not applied"


@pytest.mark.usefixtures("serving")
def test_alive_needs_nothing(client: Client) -> None:
    assert json.loads(client.get("/healthz").content) == {"status": "alive"}


@pytest.mark.usefixtures("serving")
def test_metrics_want_their_token(client: Client, settings: Settings) -> None:
    client.get("/healthz")
    assert (
        b'faredown_http_request_seconds_count{method="GET",route="healthz"' in client.get("/metrics").content
    )
    settings.METRICS_TOKEN = "m" * 40
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": f"Bearer {'m' * 40}"}).status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("serving")
def test_a_page_has_one_address(client: Client) -> None:
    answer = client.get("/account/login?x=1")
    assert (answer.status_code, answer["Location"]) == (301, "/account/login/?x=1")
    assert client.post("/account/login").status_code == 404
    assert client.get("/nothing").status_code == 404
    policy = client.get("/account/login/").headers["Content-Security-Policy"]
    assert {"default-src 'self'", "script-src 'self'", "style-src 'self'"} <= set(policy.split("; "))


@pytest.mark.parametrize(
    ("address", "media", "status"),
    [
        ("/api/v1/x/", "application/json", 413),
        ("/api/v1/x/", "multipart/form-data; boundary=b", 413),
        ("/account/login/", "application/x-www-form-urlencoded", 413),
        ("/admin/", "multipart/form-data; boundary=b", 200),
    ],
)
def test_a_body_over_the_limit_is_refused_and_every_body_read_to_its_end(
    address: str, media: str, status: int
) -> None:
    request = RequestFactory().post(address, data=b"x" * 5_000_000, content_type=media)
    answer = middleware.readable_input(lambda asked: HttpResponse(asked.read(3)))(request)
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == status
    assert (answer.content == b"xxx") is (status == 200)
    assert request.read(1) == b""


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("bookings.confirm", "booking"),
        ("hotels.search_supplier", "search"),
        ("hotels.sync_content", "sync"),
        ("messaging.deliver", "mail"),
        ("suppliers.prune_calls", "default"),
        ("idempotency.prune", "default"),
    ],
)
def test_every_task_has_its_queue(task: str, queue: str) -> None:
    assert app.amqp.router.route({}, task)["queue"].name == queue


def test_everything_on_the_timetable_is_a_task() -> None:
    app.autodiscover_tasks(force=True)
    assert set(celery.TIMETABLE) <= set(app.tasks)


def test_a_task_carries_the_request_it_came_from() -> None:
    headers: dict[str, str] = {}
    token = request_id.set("req_12345678")
    celery._carry_request_id(headers=headers)
    request_id.reset(token)
    assert headers == {"request_id": "req_12345678"}


@pytest.mark.parametrize(
    ("name", "value", "check", "ids"),
    [
        ("FIELD_ENCRYPTION_KEYS", [], checks.secrets, ["faredown.E001"]),
        ("FIELD_ENCRYPTION_KEYS", ["short"], checks.secrets, ["faredown.E002"]),
        ("TRUSTED_PROXIES", ["10.0.0.0/8", "proxy"], checks.addresses, ["faredown.E003"]),
        ("ALLOWED_HOSTS", ["other.example.com"], checks.addresses, ["faredown.E004"]),
        ("RATE_LIMITS", {"x": {"ip": "lots"}}, checks.rate_limits, ["faredown.E005"]),
        ("DEFAULT_CURRENCY", "XTS", checks.money, ["faredown.E006"]),
        ("METRICS_TOKEN", "", checks.operations, ["faredown.W001", "faredown.W003", "faredown.W004"]),
    ],
)
def test_settings_that_do_not_go_together(
    settings: Settings, name: str, value: object, check: object, ids: list[str]
) -> None:
    setattr(settings, name, value)
    assert [message.id for message in check()] == ids  # type: ignore[operator]


def test_the_checks_are_registered(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["proxy"]
    assert "faredown.E003" in {message.id for message in run_checks()}
