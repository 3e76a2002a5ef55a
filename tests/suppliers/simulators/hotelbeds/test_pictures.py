"""The picture server: every size, distinct pictures, and the refusals of the real store."""

from __future__ import annotations

import http.client
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from PIL import Image

from suppliers.simulators.hotelbeds.catalogue import Catalogue, Hotel, images
from suppliers.simulators.hotelbeds.content.painting import painter
from suppliers.simulators.hotelbeds.running import Running, running
from suppliers.simulators.hotelbeds.settings import Settings

WIDTHS = {"": 320, "small/": 74, "medium/": 117, "bigger/": 800, "xl/": 1024, "xxl/": 2048}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture(scope="module")
def simulator(folder: Path) -> Iterator[Running]:
    with running(Settings(hotels=300, seed=7, cache_dir=folder)) as found:
        yield found


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(300, 7)


def fetch(simulator: Running, path: str) -> tuple[int, bytes, Mapping[str, str]]:
    connection = http.client.HTTPConnection(simulator.url.removeprefix("http://"), timeout=20)
    try:
        connection.request("GET", f"/giata/{path}")
        answer = connection.getresponse()
        return answer.status, answer.read(), {name.lower(): text for name, text in answer.headers.items()}
    finally:
        connection.close()


def first_path(catalogue: Catalogue, *, large: bool) -> str:
    for code in catalogue.hotels():
        hotel = catalogue.hotel(code)
        found = images.of_hotel(hotel) if hotel else ()
        if found and images.has_large(code) == large:
            return found[0].path
    raise LookupError


def every(catalogue: Catalogue) -> Iterator[tuple[Hotel, images.Image]]:
    for code in catalogue.hotels():
        hotel = catalogue.hotel(code)
        if hotel is not None:
            for image in images.of_hotel(hotel):
                yield hotel, image


@pytest.mark.parametrize("segment", WIDTHS)
def test_each_size_has_its_width(simulator: Running, catalogue: Catalogue, segment: str) -> None:
    status, body, headers = fetch(simulator, segment + first_path(catalogue, large=True))
    assert (status, headers["content-type"]) == (200, "image/jpeg")
    picture = Image.open(io.BytesIO(body))
    assert (picture.format, picture.width) == ("JPEG", WIDTHS[segment])
    assert abs(picture.height / picture.width - 2 / 3) < 0.01
    assert "immutable" in headers["cache-control"]
    assert headers["etag"]


def test_the_original_is_at_least_bigger(simulator: Running, catalogue: Catalogue) -> None:
    _, body, _ = fetch(simulator, "original/" + first_path(catalogue, large=True))
    assert Image.open(io.BytesIO(body)).width in {1280, 1500, 1600, 1800, 2000}


def test_large_sizes_are_missing_for_some_hotels(simulator: Running, catalogue: Catalogue) -> None:
    path = first_path(catalogue, large=False)
    for segment in ("xl/", "xxl/"):
        status, body, _ = fetch(simulator, segment + path)
        assert status == 403
        assert b"<Code>AccessDenied</Code>" in body
    assert fetch(simulator, "bigger/" + path)[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "00/000002/000002a_hb_a_900.jpg",
        "nonsense.jpg",
        "huge/00/000002/000002a_hb_a_001.jpg",
        "../../etc/passwd",
    ],
)
def test_what_no_hotel_lists_is_denied(simulator: Running, path: str) -> None:
    assert fetch(simulator, path)[0] == 403


def test_a_picture_is_painted_once_and_kept(simulator: Running, catalogue: Catalogue, folder: Path) -> None:
    path = "medium/" + first_path(catalogue, large=True)
    first = fetch(simulator, path)
    kept = next(folder.glob(f"pictures-*/{path}"))
    assert kept.read_bytes() == first[1]
    assert fetch(simulator, path)[1] == first[1]


def test_every_kind_of_picture_is_listed_by_some_hotel(catalogue: Catalogue) -> None:
    assert {image.kind for _, image in every(catalogue)} == set(images.LETTERS)


def test_every_listed_path_is_understood(catalogue: Catalogue) -> None:
    for hotel, image in every(catalogue):
        assert images.parse(image.path) == images.Picture(hotel.code, image.kind, image.order)


def test_every_kind_can_be_painted_for_any_hotel(catalogue: Catalogue) -> None:
    """Distinct by hotel and by kind, and the same each time."""
    codes = catalogue.hotels()[:2]
    found = []
    for code in codes:
        hotel = catalogue.hotel(code)
        assert hotel is not None
        found += [painter.jpeg(hotel, images.Picture(code, kind, 1), 117) for kind in images.LETTERS]
    assert len(set(found)) == 20
    hotel = catalogue.hotel(codes[0])
    assert hotel is not None
    assert painter.jpeg(hotel, images.Picture(hotel.code, "GEN", 1), 117) == found[0]
