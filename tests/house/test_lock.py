"""requirements.lock: every direct dependency, a hash for each pin, and no word about where packages come from."""

from __future__ import annotations

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.project import ROOT

LOCK = (ROOT / "requirements.lock").read_text()
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def test_every_direct_dependency_is_pinned_as_it_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"].values()
    wanted = [
        Requirement(line)
        for line in [*project["dependencies"], *(line for group in optional for line in group)]
    ]
    pinned = {canonicalize_name(name): version for name, version, _ in PIN.findall(LOCK)}
    unmet = [
        str(requirement)
        for requirement in wanted
        if not requirement.specifier.contains(
            pinned.get(canonicalize_name(requirement.name), "0"), prereleases=True
        )
    ]
    assert unmet == []


def test_every_pin_has_a_hash() -> None:
    pins = PIN.findall(LOCK)
    assert len(pins) > 50
    assert [name for name, _, rest in pins if "--hash=sha256:" not in rest] == []


def test_no_address_is_in_it() -> None:
    assert re.findall(r"^.*(?:://|--index|--extra-index|--find-links).*$", LOCK, re.MULTILINE) == []
