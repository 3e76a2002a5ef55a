"""The written parts of the world (`data/`): names, texts and codes. Read once, kept for the life of the process."""

import csv
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

_DATA = files(__package__) / "data"


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The lines of `data/<name>.csv`: columns parted by `|`, no quoting; a missing last column is ""."""
    lines = (_DATA / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    reader = csv.DictReader(lines, delimiter="|", quoting=csv.QUOTE_NONE, restval="")
    return tuple(reader)


@cache
def tree(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def by_code(name: str) -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in rows(name)}


@cache
def by_language(name: str) -> dict[str, dict[str, str]]:
    return {row["language"]: row for row in rows(name)}
