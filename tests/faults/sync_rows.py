"""What a catalogue holds, said without the keys that its own database gave it: two can be compared, row by row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import psycopg
from psycopg import sql

# A table's row, as another database would name it too.
NATURAL = {
    "hotels_region": "SELECT id, country_id || ':' || code AS key FROM hotels_region",
    "hotels_destination": "SELECT destination_id AS id, supplier || ':' || code AS key FROM hotels_destinationcode",
    "hotels_zone": (
        "SELECT zone.id, place.key || ':' || zone.code AS key FROM hotels_zone AS zone"
        " JOIN natural_destination AS place ON place.id = zone.destination_id"
    ),
    "hotels_term": "SELECT id, supplier || ':' || kind || ':' || code AS key FROM hotels_term",
    "hotels_hotel": "SELECT hotel_id AS id, supplier || ':' || code AS key FROM hotels_hotelcode",
    "hotels_landmark": (
        "SELECT sight.id, sight.supplier || ':' || sight.kind || ':' || CASE sight.kind WHEN 'landmark'"
        " THEN place.key || substr(sight.code, strpos(sight.code, ':')) ELSE sight.code END AS key"
        " FROM hotels_landmark AS sight LEFT JOIN natural_destination AS place ON place.id = sight.destination_id"
    ),
}
ENTRIES = """
SELECT ((ascii(iso_code) - 64) * 32 + ascii(substr(iso_code, 2)) - 64) * 16 + 1 AS id, iso_code AS key
FROM hotels_country
UNION ALL SELECT id * 16 + 2, key FROM natural_region
UNION ALL SELECT id * 16 + 3, key FROM natural_destination
UNION ALL SELECT id * 16 + 4, key FROM natural_zone
UNION ALL SELECT id * 16 + kind, key FROM natural_landmark CROSS JOIN generate_series(5, 8) AS kind
UNION ALL SELECT id * 16 + 15, key FROM natural_hotel
"""
"""What may be suggested, by the id it has as a suggestion (hotels.models.places)."""
TOLD = {
    "hotels_landmark": """
        SELECT known.key, name, names, country_id, latitude, longitude, hotel_count
        FROM hotels_landmark JOIN natural_landmark AS known USING (id)""",
    "hotels_suggestedword": """
        SELECT word, hotels, weight, ARRAY(SELECT unnest(keys) ORDER BY 1) AS keys, ARRAY(
            SELECT entry.key FROM unnest(contexts) AS context JOIN natural_entry AS entry ON entry.id = -context
            ORDER BY 1
        ) AS contexts FROM hotels_suggestedword""",
    "hotels_suggestedplace": """
        SELECT known.key, kind, weight, ARRAY(SELECT unnest(string_to_array(names, '|')) ORDER BY 1) AS names, ARRAY(
            SELECT coalesce(word.word, entry.key) FROM unnest(words) AS used
            LEFT JOIN hotels_suggestedword AS word ON word.id = used
            LEFT JOIN natural_entry AS entry ON entry.id = -used ORDER BY 1
        ) AS words FROM hotels_suggestedplace JOIN natural_entry AS known USING (id)""",
}
"""Tables whose keys stand in more than foreign keys."""
# Of no catalogue: the sync's own record, staff's work.
APART = ("hotels_syncrun", "hotels_syncseen", "hotels_contentedit", "hotels_contenteditevent")
# Given by the database or the clock; a content hash is made of keys.
OWN = frozenset({"id", "public_id", "created_at", "updated_at", "content_hash"})

TABLES = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
AND relname LIKE 'hotels\\_%%' AND NOT relname = ANY(%s) ORDER BY relname
"""
COLUMNS = """
SELECT attname, foreign_table.confrelid::regclass::text FROM pg_attribute
LEFT JOIN pg_constraint AS foreign_table
    ON foreign_table.contype = 'f' AND foreign_table.conrelid = attrelid AND foreign_table.conkey = ARRAY[attnum]
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
CHILDREN = {"hotels_hoteltext": "texts", "hotels_hotelroom": "rooms", "hotels_hotelfacility": "facilities"}
SUMMED = sql.SQL("""
SELECT hotel_id, count(*), sum(hashtextextended(row_to_json(told)::text, 0)) AS hash FROM ({}) AS told GROUP BY hotel_id
""")
HOTEL = sql.SQL("""
FROM natural_hotel AS known JOIN (
    SELECT id, hashtextextended(concat_ws(' ', name, images, address, latitude, longitude, facility_codes), 0) AS hash
    FROM hotels_hotel WHERE status = 'live'
) AS hotel USING (id)
""")


@dataclass(frozen=True)
class Difference:
    table: str
    missing: list[str]
    unexpected: list[str]

    def __str__(self) -> str:
        shown = [f"- {row[:300]}" for row in self.missing[:3]] + [
            f"+ {row[:300]}" for row in self.unexpected[:3]
        ]
        return "\n".join(
            [f"{self.table}: {len(self.missing)} missing, {len(self.unexpected)} too many", *shown]
        )


def prepare(connection: psycopg.Connection) -> None:
    """Views of the natural keys, for this session alone."""
    for table, statement in NATURAL.items():
        connection.execute(f"CREATE TEMP VIEW natural_{table.removeprefix('hotels_')} AS {statement}")


def everything(connection: psycopg.Connection) -> dict[str, Counter[str]]:
    """Every row of the catalogue as text, by table; each as often as it is there."""
    prepare(connection)
    connection.execute(f"CREATE TEMP TABLE natural_entry AS {ENTRIES}")
    connection.execute("CREATE INDEX ON natural_entry (id)")
    connection.execute("ANALYZE natural_entry")
    names = [name for (name,) in connection.execute(TABLES, [list(APART)]).fetchall()]
    return {
        name: Counter(
            row
            for (row,) in connection.execute(
                sql.SQL("SELECT row_to_json(told)::text FROM ({}) AS told").format(told(connection, name))
            )
        )
        for name in names
    }


def differences(expected: dict[str, Counter[str]], found: dict[str, Counter[str]]) -> list[Difference]:
    return [
        Difference(table, sorted((rows - found[table]).elements()), sorted((found[table] - rows).elements()))
        for table, rows in expected.items()
        if rows != found[table]
    ]


def told(connection: psycopg.Connection, table: str) -> sql.Composed:
    """A query of the table's rows in natural terms."""
    if table in TOLD:
        return sql.Composed([sql.SQL(TOLD[table])])
    chosen: list[sql.Composable] = []
    joins: list[sql.Composable] = []
    for column, target in connection.execute(COLUMNS, [table]).fetchall():
        if column in OWN:
            continue
        name, alias = sql.Identifier(column), sql.Identifier(f"by_{column}")
        if target not in NATURAL:
            chosen.append(sql.SQL("one.{}").format(name))
            continue
        chosen.append(sql.SQL("{}.key AS {}").format(alias, name))
        view = sql.Identifier(f"natural_{target.removeprefix('hotels_')}")
        joins.append(sql.SQL(" LEFT JOIN {0} AS {1} ON {1}.id = one.{2}").format(view, alias, name))
    return sql.SQL("SELECT {} FROM {} AS one{}").format(
        sql.SQL(", ").join(chosen), sql.Identifier(table), sql.Composed(joins)
    )


def shown_hotels(connection: psycopg.Connection) -> sql.Composed:
    """A query of (code, everything a traveller sees of it, as one text) of every live hotel. After `prepare`."""
    children = {name: told(connection, table) for table, name in CHILDREN.items()}
    said = [sql.SQL("{0}.count, {0}.hash").format(sql.Identifier(name)) for name in children]
    joins = [
        sql.SQL(" LEFT JOIN ({}) AS {} ON {}.hotel_id = known.key").format(
            SUMMED.format(rows), sql.Identifier(name), sql.Identifier(name)
        )
        for name, rows in children.items()
    ]
    return sql.SQL("SELECT known.key, concat_ws(' ', hotel.hash, {}) {}{}").format(
        sql.SQL(", ").join(said), HOTEL, sql.Composed(joins)
    )
