"""What the demo was given from outside, as opposed to what it makes up."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import environ

from faredown.demo.layout import ROOT


def given(file: Path = ROOT / ".env") -> dict[str, str]:
    """The environment this process was started with, completed from `.env`.

    Not os.environ: the development settings have put their defaults there, which would look like somebody's wish.
    """
    started_with = Path("/proc/self/environ").read_bytes().decode(errors="surrogateescape")
    pairs = (entry.partition("=") for entry in started_with.split("\0") if "=" in entry)

    class File(environ.Env):  # type: ignore[misc]  # its base carries no types
        ENVIRON: ClassVar[dict[str, str]] = {name: value for name, _, value in pairs}

    if file.exists():
        File.read_env(file)
    return File.ENVIRON
