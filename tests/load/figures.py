"""What the benches found: small tables, printed together before pytest's closing line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Table:
    title: str
    columns: Sequence[str]
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, name: str, *values: float | int | str) -> None:
        self.rows.append((name, *(value if isinstance(value, str) else _number(value) for value in values)))

    def lines(self) -> Iterator[str]:
        rows = [("", *self.columns), *self.rows]
        widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
        yield self.title
        for row in rows:
            first, *others = (cell.ljust(widths[0]) if at == 0 else cell for at, cell in enumerate(row))
            yield "  ".join(
                [f"  {first}", *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
            ).rstrip()


TABLES: list[Table] = []


def table(title: str, *columns: str) -> Table:
    made = Table(title, columns)
    TABLES.append(made)
    return made


def _number(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"
