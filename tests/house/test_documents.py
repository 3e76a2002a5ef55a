"""Every relative link in the project's texts leads to a file, and to a heading that is there."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.project import ROOT, files

LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r"^#+\s+(.+?)\s*$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(document: Path) -> set[str]:
    """As forges make them: lower-case, punctuation dropped, spaces to hyphens."""
    text = FENCE.sub("", document.read_text())
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text)}


def test_links_lead_somewhere() -> None:
    broken = []
    for document in files("*.md"):
        for target, anchor in LINK.findall(FENCE.sub("", document.read_text())):
            there = (document.parent / target).resolve() if target else document
            if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
                broken.append(f"{document.relative_to(ROOT)}: {target}#{anchor}")
    assert broken == []
