"""What came to the two APIs, for whoever watches its callers: how close together calls came, what was asked again."""

from __future__ import annotations

from collections import Counter, deque
from hashlib import blake2b
from typing import Any

import msgspec

_MOST_QUESTIONS = 50_000
"""The first ones make room: a simulator may run for weeks."""


class _Stay(msgspec.Struct, rename="camel"):
    check_in: str = ""


class _Asked(msgspec.Struct):
    stay: _Stay = msgspec.field(default_factory=_Stay)


class Question(msgspec.Struct):
    """One availability request, byte for byte, and how often it was taken."""

    check_in: str
    calls: int = 0


class Traffic:
    def __init__(self) -> None:
        self._recent: dict[str, deque[float]] = {"booking": deque(), "content": deque()}
        self._busiest: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._questions: dict[bytes, Question] = {}
        self._decoder = msgspec.json.Decoder(_Asked)

    def admits(self, api: str, *, limit: int, now: float) -> bool:
        """Whether one more call keeps to so many in the second that ends `now`; then it is one of them."""
        calls = self._recent[api]
        while calls and calls[0] <= now - 1:
            calls.popleft()
        if len(calls) >= limit:
            self._refused[api] += 1
            return False
        calls.append(now)
        self._busiest[api] = max(self._busiest[api], len(calls))
        return True

    def note_question(self, body: bytes) -> None:
        """What is no request is refused later, and no question."""
        name = blake2b(body, digest_size=16).digest()
        if name not in self._questions:
            try:
                self._questions[name] = Question(self._decoder.decode(body).stay.check_in)
            except msgspec.DecodeError:
                return
            if len(self._questions) > _MOST_QUESTIONS:
                del self._questions[next(iter(self._questions))]
        self._questions[name].calls += 1

    def rates(self) -> dict[str, dict[str, int]]:
        """Counted where there is a limit."""
        return {
            api: {"most_in_a_second": self._busiest[api], "refused": self._refused[api]}
            for api in self._recent
        }

    def questions(self) -> list[dict[str, Any]]:
        return [{"check_in": one.check_in, "calls": one.calls} for one in self._questions.values()]

    def forget(self) -> None:
        for calls in self._recent.values():
            calls.clear()
        for kept in (self._busiest, self._refused, self._questions):
            kept.clear()
