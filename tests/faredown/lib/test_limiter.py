import functools

import pytest
from pytest_django import Settings
from redis import Redis

from faredown.lib import limiter, redis
from faredown.lib.errors import TooManyRequests, Unavailable
from faredown.settings import base


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {"login": {"ip": "3/10m", "account": "2/h"}, "quotes": {"ip": "3/m"}}


def gone(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """No Redis listens where these are looked for."""
    for name in names:
        away = functools.partial(Redis.from_url, "redis://127.0.0.1:1/0")
        functools.update_wrapper(away, getattr(redis, name))
        monkeypatch.setattr(redis, name, away)


def test_so_many_and_no_more() -> None:
    verdicts = [limiter.hit("login", "ip", "198.51.100.1") for _ in range(4)]
    assert [(verdict.allowed, verdict.remaining) for verdict in verdicts if verdict] == [
        (True, 2),
        (True, 1),
        (True, 0),
        (False, 0),
    ]
    last = verdicts[3]
    assert last is not None
    assert last.limit == 3
    assert 0 < last.reset <= 600
    # All three fell into one window, so the first leaves no earlier than it ends.
    assert last.reset <= last.retry_after <= 800


def test_callers_and_scopes_count_apart() -> None:
    for address in ("198.51.100.1", "198.51.100.2"):
        for _ in range(3):
            verdict = limiter.hit("login", "ip", address)
            assert verdict is not None
            assert verdict.allowed
    assert limiter.hit("search", "ip", "198.51.100.1") is None


def test_one_ipv6_subscriber_has_one_allowance() -> None:
    for host in range(3):
        limiter.hit("login", "ip", f"2001:db8:1:2::{host}")
    verdict = limiter.hit("login", "ip", "2001:db8:1:2:ffff::9")
    assert verdict is not None
    assert not verdict.allowed


def test_enforce_raises_with_the_time_to_wait() -> None:
    for _ in range(2):
        limiter.enforce("login", ip="198.51.100.1", account="ada@example.com")
    with pytest.raises(TooManyRequests) as caught:
        limiter.enforce("login", ip="198.51.100.2", account="ada@example.com")
    assert caught.value.retry_after is not None
    assert caught.value.retry_after >= 1
    told = caught.value.headers
    assert (told["RateLimit-Limit"], told["RateLimit-Remaining"]) == ("2", "0")
    assert 0 < int(told["RateLimit-Reset"]) <= 3600


def test_what_is_kept_names_nobody() -> None:
    limiter.enforce("login", account="ada@example.com")
    keys = list(redis.durable().scan_iter())
    assert len(keys) == 1
    assert b"ada" not in keys[0]
    assert redis.durable().pttl(keys[0]) > 0


def test_what_guards_an_account_is_not_forgotten_by_the_cache() -> None:
    for _ in range(3):
        limiter.hit("login", "ip", "198.51.100.1")
        limiter.hit("quotes", "ip", "198.51.100.1")
    redis.cache().flushdb()  # an eviction of everything
    guarding, protecting = (limiter.hit(scope, "ip", "198.51.100.1") for scope in ("login", "quotes"))
    assert guarding is not None
    assert protecting is not None
    assert (guarding.allowed, protecting.allowed) == (False, True)


def test_every_guarding_scope_has_limits() -> None:
    assert base.RATE_LIMITS.keys() >= limiter.GUARDING


def test_without_the_cache_nobody_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    gone(monkeypatch, "cache")
    assert limiter.hit("quotes", "ip", "198.51.100.1") is None


def test_without_the_durable_redis_the_cache_counts_tries_to_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    gone(monkeypatch, "durable")
    found = [limiter.hit("login", "ip", "198.51.100.1") for _ in range(4)]
    assert [verdict.allowed for verdict in found if verdict] == [True, True, True, False]


def test_without_any_redis_nobody_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    gone(monkeypatch, "durable", "cache")
    with pytest.raises(Unavailable) as caught:
        limiter.enforce("login", ip="198.51.100.1")
    assert (caught.value.status, caught.value.retry_after) == (503, 5)


@pytest.mark.parametrize(("rate", "parsed"), [("5/m", (5, 60)), ("20/10m", (20, 600)), ("1/h", (1, 3600))])
def test_rates(rate: str, parsed: tuple[int, int]) -> None:
    assert limiter.parse(rate) == parsed


@pytest.mark.parametrize("rate", ["", "5", "0/m", "5/minute", "-1/m", "5/m "])
def test_what_is_no_rate(rate: str) -> None:
    with pytest.raises(ValueError, match="not a rate"):
        limiter.parse(rate)
