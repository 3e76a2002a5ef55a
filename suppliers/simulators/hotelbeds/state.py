"""What the simulator remembers, in sqlite: bookings, rooms taken, counters, faults, clock.

One connection, used by one event loop. With a folder the database is in WAL mode, so a killed process loses nothing
it had committed; without one it lives in memory.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

_SCHEMA = """
create table if not exists booking (
  reference text primary key, client_reference text not null, status text not null, created_on text not null,
  check_in text not null, hotel integer not null, visible_at real not null, due_at real, push_at real,
  record blob not null);
create index if not exists booking_client on booking (client_reference);
create index if not exists booking_due on booking (due_at);
create table if not exists taken (
  hotel integer, room text, night text, rooms integer not null, primary key (hotel, room, night)) without rowid;
create table if not exists counter (
  scope text, name text, value integer not null, primary key (scope, name)) without rowid;
create table if not exists memory (name text primary key, value blob not null) without rowid;
"""
_FORGET = ("delete from booking", "delete from taken", "delete from counter", "delete from memory")


class BookedLine(msgspec.Struct):
    """What lies behind one room entry of a booking; `key` is the rateKey it was sold by, `net` in cents."""

    id: int
    key: str
    board: str
    net: int
    steps: list[tuple[float, int]]
    """Cancellation steps as (instant, fee in cents), earliest first."""


class BookingRecord(msgspec.Struct):
    """`document` is the booking as the wire shows it; the rest is what the wire does not tell."""

    reference: str
    client_reference: str
    status: str
    created_at: float
    created_on: str
    check_in: str
    check_out: str
    hotel: int
    country: str
    destination: str
    creation_user: str
    visible_at: float
    document: dict[str, Any]
    lines: list[BookedLine]
    hotel_cancels_at: float | None = None
    cancelled_by_hotel: bool = False
    reconfirm_at: float | None = None
    confirmation_code: str | None = None
    push_at: float | None = None
    push_attempts: int = 0
    pushed: bool = False

    @property
    def due_at(self) -> float | None:
        """When something happens to it by itself: the hotel cancels, or its confirmation number arrives."""
        if self.status != "CONFIRMED":
            return None
        waiting = [self.hotel_cancels_at, None if self.confirmation_code else self.reconfirm_at]
        return min((moment for moment in waiting if moment is not None), default=None)


class State:
    def __init__(self, folder: Path | None) -> None:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        path = ":memory:" if folder is None else str(folder / "simulator.sqlite3")
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=normal")
        self._db.executescript(_SCHEMA)
        self._decoder = msgspec.json.Decoder(BookingRecord)
        self.allotment_version = 0
        self._load_taken()

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            self._load_taken()
            raise
        self._db.execute("commit")

    def reset(self) -> None:
        with self.transaction():
            for statement in _FORGET:
                self._db.execute(statement)
        self._load_taken()

    # bookings

    def save(self, record: BookingRecord) -> None:
        self._db.execute(
            "insert into booking values (?,?,?,?,?,?,?,?,?,?) on conflict (reference) do update set"
            " client_reference=excluded.client_reference, status=excluded.status, check_in=excluded.check_in,"
            " visible_at=excluded.visible_at, due_at=excluded.due_at, push_at=excluded.push_at, record=excluded.record",
            (
                record.reference,
                record.client_reference,
                record.status,
                record.created_on,
                record.check_in,
                record.hotel,
                record.visible_at,
                record.due_at,
                record.push_at,
                msgspec.json.encode(record),
            ),
        )

    def booking(self, reference: str) -> BookingRecord | None:
        row = self._db.execute("select record from booking where reference=?", (reference,)).fetchone()
        return self._decoder.decode(row[0]) if row else None

    def bookings(self, where: str = "1", values: tuple[object, ...] = ()) -> list[BookingRecord]:
        """`where` is a condition of this package's own, never text from outside."""
        rows = self._db.execute(f"select record from booking where {where} order by rowid", values)  # noqa: S608
        return [self._decoder.decode(row[0]) for row in rows]

    def next_number(self) -> int:
        self.count("sequence", "booking")
        return 10_000_000 + self.counted("sequence", "booking")

    # rooms taken

    def _load_taken(self) -> None:
        self._taken: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
        for hotel, room, night, rooms in self._db.execute("select hotel, room, night, rooms from taken"):
            self._taken[hotel][room, night] = rooms
        self.allotment_version += 1
        self._loaded_version = self.allotment_version
        self._hotel_versions: dict[int, int] = {}

    def taken(self, hotel: int) -> dict[tuple[str, str], int]:
        """(room code, ISO night) -> rooms sold."""
        return self._taken.get(hotel, {})

    def hotel_version(self, hotel: int) -> int:
        """Changes when rooms of this hotel are taken or given back, and only then (or after a rollback or reset)."""
        return self._hotel_versions.get(hotel, self._loaded_version)

    def take(self, hotel: int, room: str, nights: list[str], rooms: int) -> None:
        """`rooms` is negative when rooms come back."""
        used = self._taken[hotel]
        for night in nights:
            used[room, night] = used.get((room, night), 0) + rooms
            self._db.execute(
                "insert into taken values (?,?,?,?) on conflict (hotel, room, night) do update set rooms=?",
                (hotel, room, night, used[room, night], used[room, night]),
            )
        self.allotment_version += 1
        self._hotel_versions[hotel] = self.allotment_version

    # counters and small memories

    def count(self, scope: str, name: str) -> None:
        self._db.execute(
            "insert into counter values (?,?,1) on conflict (scope, name) do update set value=value+1",
            (scope, name),
        )

    def counted(self, scope: str, name: str) -> int:
        row = self._db.execute("select value from counter where scope=? and name=?", (scope, name)).fetchone()
        return int(row[0]) if row else 0

    def counters(self, scope: str) -> dict[str, int]:
        rows = self._db.execute("select name, value from counter where scope=? order by name", (scope,))
        return {str(name): int(value) for name, value in rows}

    def remember(self, name: str, value: object) -> None:
        self._db.execute("insert or replace into memory values (?,?)", (name, msgspec.json.encode(value)))

    def recall(self, name: str) -> Any:
        row = self._db.execute("select value from memory where name=?", (name,)).fetchone()
        return msgspec.json.decode(row[0]) if row else None
