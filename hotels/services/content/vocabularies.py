"""A page of a supplier's words or rate comments into the catalogue. Call it inside a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from django.db import connection
from django.db.models import Max

from hotels.models import RateComment, SyncRun, Term
from hotels.services.content import cleaning, marks, merging
from hotels.services.content.merging import Shape, digest, json
from hotels.services.content.tally import Tally
from suppliers.content_types import ContentRateComment, ContentType, TypeKind

TERM = Shape(
    table="hotels_term",
    columns=("supplier", "kind", "code", "names", "group", "country_code", "stars", "content_hash"),
    key=("supplier", "kind", "code"),
)
RATE_COMMENT = Shape(
    table="hotels_ratecomment",
    columns=(
        *("supplier", "incoming", "hotel_code", "code", "rate_codes", "starts_on", "ends_on", "text"),
        "content_hash",
    ),
    key=("supplier", "content_hash"),
)
_KINDS = {TypeKind.ISSUE: Term.Kind.NOTICE}
"""Where a supplier's vocabulary has another name than ours."""
_LONGEST_CODE = 60
_MARK = "comment:"
"""Before the hash of a comment, among the marks of a run."""

_HELD = "SELECT content_hash, id FROM hotels_ratecomment WHERE supplier = %s AND content_hash = ANY(%s)"
_REPLACED = """
DELETE FROM hotels_ratecomment AS kept
USING (SELECT DISTINCT * FROM unnest(%(incoming)s::text[], %(hotel)s::text[], %(code)s::text[]))
    AS given(incoming, hotel_code, code)
WHERE kept.supplier = %(supplier)s AND kept.id <= %(newest)s
    AND kept.incoming = given.incoming AND kept.code = given.code AND kept.hotel_code = given.hotel_code
    AND NOT EXISTS (
        SELECT 1 FROM hotels_syncseen AS mark WHERE mark.run_id = %(run)s AND mark.code = %(mark)s || kept.content_hash
    )
"""

_UNLISTED = """
DELETE FROM hotels_ratecomment AS kept
WHERE kept.supplier = %(supplier)s AND kept.id IN (
    SELECT comment.id FROM hotels_ratecomment AS comment
    LEFT JOIN hotels_syncseen AS mark ON mark.run_id = %(run)s AND mark.code = %(mark)s || comment.content_hash
    WHERE comment.supplier = %(supplier)s AND comment.id <= %(newest)s AND mark.id IS NULL
)
"""


def terms(items: Sequence[ContentType], *, supplier: str, tally: Tally) -> int:
    rows = {}
    for item in items:
        if not 0 < len(item.code) <= _LONGEST_CODE:
            tally.find("word_with_odd_code", f"{item.kind} {item.code}")
            continue
        names, stars = cleaning.names(item.names), _stars(item.stars)
        if not names:
            tally.find("word_without_name", f"{item.kind} {item.code}")
        kind, group, country = _KINDS.get(item.kind, item.kind), item.group[:40], item.country_code[:8]
        hashed = digest(names, group, country, str(stars))
        rows[item.code] = (supplier, str(kind), item.code, json(names), group, country, stars, hashed)
    return merging.merge(TERM, list(rows.values()))


def rate_comments(items: Sequence[ContentRateComment], *, run: SyncRun, tally: Tally) -> int:
    """Comments have no identity: what a changed record no longer says goes, in an incremental run too. Marked is what
    was there before the run; what the run adds is told by its number."""
    rows = {row[-1]: row for item in items if (row := _rate_comment(item, run.supplier, tally))}
    newest, kept = _newest(run), _held(run.supplier, list(rows))
    marks.put(run, [f"{_MARK}{hashed}" for hashed, number in kept.items() if number <= newest])
    written = merging.insert(RATE_COMMENT, [row for hashed, row in rows.items() if hashed not in kept])
    if run.kind != SyncRun.Kind.FULL and rows:
        _, incoming, hotels, codes, *_ = zip(*rows.values(), strict=True)
        given = {"incoming": list(incoming), "hotel": list(hotels), "code": list(codes)}
        written += _delete(_REPLACED, run, **given)
    return written


def _newest(run: SyncRun) -> int:
    """The number of the newest comment when the run came to them; kept in its counts."""
    counts = run.counts.setdefault(run.stage, {"seen": 0, "written": 0, "unchanged": 0})
    if "newest" not in counts:
        counts["newest"] = RateComment.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return counts["newest"]


def _held(supplier: str, hashes: list[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [supplier, hashes])
        return dict(cursor.fetchall())


def drop_unlisted_comments(run: SyncRun) -> int:
    """After a full read of a whole listing. Nothing refers to a comment's row."""
    marks.count_anew()
    return _delete(_UNLISTED, run)


def _delete(statement: str, run: SyncRun, **given: list[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {"supplier": run.supplier, "run": run.pk, "mark": _MARK, "newest": _newest(run), **given},
        )
        deleted: int = cursor.rowcount
    return deleted


def _rate_comment(item: ContentRateComment, supplier: str, tally: Tally) -> merging.Row | None:
    text = cleaning.plain(item.text)
    if not text or item.ends_on < item.starts_on:
        tally.find("rate_comment_without_text_or_dates", f"{item.incoming}|{item.code}")
        return None
    if max(map(len, (item.incoming, item.hotel_code, *item.rate_codes))) > 20 or len(item.code) > 40:
        tally.find("rate_comment_with_odd_code", f"{item.incoming}|{item.code}")
        return None
    values = (
        *(item.incoming, item.hotel_code, item.code, list(item.rate_codes)),
        *(item.starts_on, item.ends_on, text),
    )
    return (supplier, *values, digest(*values))


def _stars(text: str) -> Decimal | None:
    try:
        stars = Decimal(text)
    except InvalidOperation:
        return None
    return stars.quantize(Decimal("0.1")) if stars.is_finite() and 0 <= stars <= 7 else None
