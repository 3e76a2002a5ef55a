"""Pages of a finished search as they were sent, kept for the next who asks for the same.

A page stands in one hash with the other pages of its search, beside the state it was made in: the versions of rules,
rates and catalogue, and the beginning of every supplier's answer (it holds when that was asked). One script counts the
caller, compares the state with what Redis holds at that moment and hands the page out, in one round trip. A changed
rule, rate, hotel or answer makes another state, and every page of the old one goes at once. A process remembers the
last few it had: while the very same stands in Redis, its bytes need not come again.

The search binds currency, language, audience and channel; the variant tells everything else the bytes depend on.
Nothing of the caller is in a page.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec
from redis.exceptions import RedisError

from faredown.lib import clock, limiter, redis
from faredown.lib.limiter import Limit, Verdict
from hotels.services import answers, fan_out, shelf, versions
from hotels.services.availability import State
from hotels.services.search import Search, SearchPage
from hotels.services.search_log import Event

SCHEMA = 1
LIFE = timedelta(seconds=60)
MOST_BYTES = 1_000_000
"""Of one search. One page more, and all of them make room."""
MOST_REMEMBERED_BYTES = 8_000_000
"""By one process."""
_BEGINNING = 1024
_SETTLED = frozenset({State.OK, State.CACHED, State.STALE, State.FAILED, State.OVER_BUDGET})
"""A supplier that is late may still answer, and nothing in the cache would tell that he failed instead."""


class Page(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """`shown`: the line of the log that each showing adds."""

    id: str
    until: datetime
    headers: dict[str, str]
    shown: Event
    body: bytes


class Look(msgspec.Struct, frozen=True):
    """What was found for one caller. `versions` are those a page made now is kept under; empty: it is not kept."""

    variant: str
    page: Page | None = None
    verdict: Verdict | None = None
    versions: str = ""


_decoder = msgspec.msgpack.Decoder(Page)
_encoder = msgspec.msgpack.Encoder()

# One text comes back: the limiter's figures, the versions and the page's id in a line, then the page, unless the caller
# has it. A list of them would take a parser written in Python several times as long.
# KEYS: pages, version of the policy, version of the catalogue, limit. ARGV: variant, id of the page the caller has, a
# new version, its life, the limit's two figures. Answers' keys stand in the state: the cache is one Redis, no cluster.
_LOOK = redis.Script(
    limiter.COUNT
    + f"""
local counted = {{}}
if KEYS[4] then
  counted = count(KEYS[4], tonumber(ARGV[5]), tonumber(ARGV[6]))
  if counted[1] == 0 then return table.concat(counted, ' ') .. ' - -\\n' end
end
local function version(key)
  local held = redis.call('GET', key)
  if held then return held end
  redis.call('SET', key, ARGV[3], 'EX', ARGV[4])
  return ARGV[3]
end
local function stands(versions, state)
  local made, rest = string.match(state, '^(%S+)(.*)$')
  if made ~= versions then return false end
  for key, digest in string.gmatch(rest, '(%S+) (%S+)') do
    if redis.sha1hex(redis.call('GETRANGE', key, 0, {_BEGINNING - 1})) ~= digest then return false end
  end
  return true
end
local versions = version(KEYS[2]) .. '/' .. version(KEYS[3])
local held = redis.call('HMGET', KEYS[1], 'state', ARGV[1] .. ':id')
local id, page = held[2] or '-', ''
if held[1] and not stands(versions, held[1]) then
  redis.call('DEL', KEYS[1])
  id = '-'
end
if id ~= '-' and id ~= ARGV[2] then page = redis.call('HGET', KEYS[1], ARGV[1]) end
return table.concat(counted, ' ') .. ' ' .. versions .. ' ' .. id .. '\\n' .. page
"""
)

# KEYS: pages. ARGV: variant, page, its id, state, milliseconds to keep, most bytes.
_KEEP = redis.Script("""
local size = tonumber(redis.call('HGET', KEYS[1], 'size') or 0) - redis.call('HSTRLEN', KEYS[1], ARGV[1]) + #ARGV[2]
if redis.call('HGET', KEYS[1], 'state') ~= ARGV[4] or size > tonumber(ARGV[6]) then
  redis.call('DEL', KEYS[1])
  size = #ARGV[2]
end
redis.call('HSET', KEYS[1], 'state', ARGV[4], 'size', size, ARGV[1], ARGV[2], ARGV[1] .. ':id', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
""")


def look(search_id: str, variant: str, *, limit: Limit | None = None) -> Look:
    """Counts the caller against `limit` in the same breath. Without Redis nothing is found and nobody counted."""
    keys = [_key(search_id), versions.POLICY.key, versions.CATALOGUE.key]
    had = _Remembered.pages.get((search_id, variant))
    arguments: list[str | int] = [variant, had.id if had else "", versions.new(), versions.LIFE_SECONDS]
    if limit is not None:
        keys.append(limit.key)
        arguments += [limit.limit, limit.window_ms]
    try:
        found = shelf.cache.ask(lambda client: _LOOK.run(client, keys, arguments))
    except RedisError:
        return Look(variant)
    told, _, packed = found.partition(b"\n")
    *counted, now, page_id = told.decode().split()
    verdict = None if limit is None else limiter.judged(limit, [int(number) for number in counted])
    page = None
    if packed:
        page = _decoder.decode(packed)
        _Remembered.keep((search_id, variant), page)
    elif had is not None and had.id == page_id:
        page = had
    return Look(variant, page if page and clock.now() < page.until else None, verdict, now)


def keep(
    look: Look, *, search: Search, page: SearchPage, shown: Event, headers: dict[str, str], body: bytes
) -> None:
    """`look` is from before the page was made: what changed meanwhile makes it another state's, never shown."""
    until = _until(search, page)
    if look.versions in {"", "-"} or not _is_settled(search) or until <= clock.now():
        return
    page_id = secrets.token_hex(8)
    made = _encoder.encode(Page(id=page_id, until=until, headers=headers, shown=shown, body=body))
    if len(made) > MOST_BYTES:
        return
    arguments: list[str | bytes | int] = [look.variant, made, page_id, _state(look, search)]
    arguments += [int(LIFE.total_seconds() * 1000), MOST_BYTES]
    try:
        shelf.cache.ask(lambda client: _KEEP.run(client, [_key(search.id)], arguments))
    except RedisError:
        return


class _Remembered:
    """By this process. Redis says at every look whether the page still stands."""

    lock = threading.Lock()
    pages: ClassVar[dict[tuple[str, str], Page]] = {}
    size: ClassVar[int] = 0

    @classmethod
    def keep(cls, key: tuple[str, str], page: Page) -> None:
        with cls.lock:
            former = cls.pages.pop(key, None)
            cls.size += len(page.body) - (len(former.body) if former else 0)
            cls.pages[key] = page
            while cls.size > MOST_REMEMBERED_BYTES:
                cls.size -= len(cls.pages.pop(next(iter(cls.pages))).body)


def _is_settled(search: Search) -> bool:
    return search.is_complete and search.kept and all(one.status in _SETTLED for one in search.suppliers)


def _until(search: Search, page: SearchPage) -> datetime:
    """A stay that can be cancelled free is told so no longer than it is."""
    frees = (card.cheapest.cancellation.free_until for card in page.results)
    return min(clock.now() + LIFE, search.expires_at, *(free for free in frees if free is not None))


def _state(look: Look, search: Search) -> str:
    record, found = search.found.record, search.found.answers
    told = [look.versions]
    for job in fan_out.batch_jobs(record):
        beginning = answers.pack(found[job])[:_BEGINNING] if job in found else b""
        digest = hashlib.sha1(beginning, usedforsecurity=False).hexdigest()
        told.append(f"{fan_out.question(record, job).key} {digest}")
    return " ".join(told)


def _key(search_id: str) -> str:
    return f"pages:{SCHEMA}:{search_id}"
