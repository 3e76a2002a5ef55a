from __future__ import annotations

from importlib import import_module

from tests.recorded import samples

MODULES = ("availability", "bookings", "checkrates", "errors", "hotels", "requests", "vocabularies")


def test_no_recorded_answer_is_left_without_a_test() -> None:
    for module in MODULES:
        import_module(f"tests.recorded.test_{module}")
    files = {
        path.relative_to(samples.FOLDER).as_posix()
        for path in samples.FOLDER.rglob("*.json")
        if path.is_file()
    }

    assert len(files) >= 65
    assert files - samples.RECORDED == set()
    assert samples.RECORDED - files == set()
