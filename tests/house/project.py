"""The project's own files, as git knows them: committed or about to be."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def files(*patterns: str) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    found = [ROOT / name for name in sorted(set(listing.split("\0"))) if name]
    return [path for path in found if path.is_file()]


def modules() -> list[Path]:
    return [path for path in files("*.py") if "migrations" not in path.parts]
