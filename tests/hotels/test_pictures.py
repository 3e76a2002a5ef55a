"""Pictures by way of ourselves: only addresses we made, only from the supplier, fetched once, kept within bounds."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from hotels.selectors import images, picture_signatures
from hotels.selectors.images import Size
from hotels.services import pictures
from hotels.services.picture_store import Store
from suppliers.simulators.hotelbeds.catalogue import Catalogue
from suppliers.simulators.hotelbeds.catalogue import images as painted
from suppliers.simulators.hotelbeds.running import Running

JPEG = b"\xff\xd8\xff\xe0 a picture of "
SITE = "http://site.example"
MARCH = "Tue, 05 Mar 2024 10:00:00 GMT"


class PictureServer(ThreadingHTTPServer):
    """A picture server that plays what it is told: path -> (status, headers, body)."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.plays: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: PictureServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.gate.wait(10)
        status, headers, body = self.server.plays.get(self.path, (403, {}, b"<Code>AccessDenied</Code>"))
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def host(settings: Any, tmp_path: Path) -> Iterator[PictureServer]:
    server = PictureServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.HOTELBEDS_IMAGES_URL = f"{server.url}/giata"
    settings.PICTURES_FROM, settings.SITE_URL = "proxy", SITE
    settings.PICTURES_FOLDER = tmp_path / "pictures"
    yield server
    server.gate.set()
    server.shutdown()
    thread.join()
    server.server_close()


def address(path: str, size: Size = Size.BIGGER) -> str:
    return images.url(path, size).removeprefix(SITE)


def play(host: PictureServer, path: str, body: bytes = JPEG, *, status: int = 200) -> None:
    host.plays[f"/giata/{path}"] = (status, {"Last-Modified": MARCH, "Set-Cookie": "a=b"}, body)


def test_a_picture_is_fetched_once_and_kept_for_ever(client: Client, host: PictureServer) -> None:
    play(host, "bigger/00/1.jpg")
    first = client.get(address("00/1.jpg"), headers={"Accept-Language": "es"})
    assert (first.status_code, first.content) == (200, JPEG)
    assert first["Content-Type"] == "image/jpeg"
    assert first["Cache-Control"] == "public, max-age=31536000, immutable"
    assert first["Last-Modified"] == MARCH
    assert first["X-Content-Type-Options"] == "nosniff"
    assert not {"Vary", "Set-Cookie", "Content-Language"} & set(first.headers)

    again = client.get(address("00/1.jpg"))
    assert (again.content, again["ETag"], again["Last-Modified"]) == (
        JPEG,
        first["ETag"],
        MARCH,
    )
    known = client.get(address("00/1.jpg"), headers={"If-None-Match": first["ETag"]})
    assert (known.status_code, known.content, known["ETag"]) == (304, b"", first["ETag"])
    assert host.asked == ["/giata/bigger/00/1.jpg"]


def test_a_missing_size_falls_back_and_is_not_asked_for_again(client: Client, host: PictureServer) -> None:
    play(host, "bigger/00/1.jpg")
    for _ in range(2):
        answer = client.get(address("00/1.jpg", Size.XXL))
        assert (answer.status_code, answer.content) == (200, JPEG)
        assert answer["Cache-Control"] == "public, max-age=86400"
    assert host.asked == [f"/giata/{size}/00/1.jpg" for size in ("xxl", "xl", "bigger")]

    for _ in range(2):
        none = client.get(address("00/none.jpg"))
        assert (none.status_code, none["Content-Type"]) == (404, "application/problem+json")
        assert none["Cache-Control"] == "public, max-age=300"
    assert host.asked[3:] == ["/giata/bigger/00/none.jpg", "/giata/00/none.jpg"]


def test_only_pictures_come_back(client: Client, host: PictureServer) -> None:
    lies = {
        "a.jpg": (200, {"Content-Type": "image/jpeg"}, b"<script>alert(1)</script>"),
        "b.jpg": (200, {"Content-Type": "image/svg+xml"}, b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        "c.jpg": (302, {"Location": f"{host.url}/giata/secret.jpg"}, b""),
        "d.jpg": (200, {}, b"\xff\xd8\xff" + bytes(pictures.MOST_BYTES)),
    }
    play(host, "secret.jpg")
    for name, answer in lies.items():
        host.plays[f"/giata/small/{name}"] = answer
        assert client.get(address(name, Size.SMALL)).status_code == 404
    assert "/giata/secret.jpg" not in host.asked


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xd8\xff\xdb", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n0000", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x20ftypavif", "image/avif"),
        (b"RIFF\x00\x00\x00\x00WAVE", ""),
        (b"GIF89a", ""),
        (b"%PDF-1.7", ""),
        (b"", ""),
    ],
)
def test_what_a_picture_is_by_its_first_bytes(body: bytes, kind: str) -> None:
    assert pictures.media_type(body) == kind


@pytest.mark.django_db
def test_addresses_nobody_made_here_are_refused(client: Client, host: PictureServer) -> None:
    good = address("00/1.jpg")
    signature = good.split("/")[2]
    wrong = {
        good.replace("bigger", "xl"): 403,
        good.replace("1.jpg", "2.jpg"): 403,
        good.replace(signature, "A" * 22): 403,
        good.replace(signature, "é"): 403,
        good.replace("bigger", "huge"): 404,
        address("../admin/x.jpg"): 404,
        address("00//1.jpg"): 404,
        address("00/.htaccess"): 404,
        address("00/1.jpg?size=9"): 404,
        address("http:/other.example\\1.jpg"): 404,
        address("x" * 301): 404,
        f"/pictures/{signature}/bigger/": 404,
        "/pictures/": 404,
    }
    assert {url: client.get(url).status_code for url in wrong} == wrong
    assert client.post(good).status_code == 405
    assert host.asked == []


def test_a_former_key_still_holds(client: Client, host: PictureServer, settings: Any) -> None:
    play(host, "bigger/00/1.jpg")
    old, settings.SECRET_KEY = address("00/1.jpg"), "another key"
    assert address("00/1.jpg") != old
    assert client.get(old).status_code == 403
    settings.SECRET_KEY_FALLBACKS = ["older", "another key"]
    assert client.get(address("00/1.jpg")).status_code == 200
    assert not picture_signatures.is_ours("", Size.XL, "00/1.jpg")


def test_a_picture_server_that_is_away_is_left_in_peace(
    client: Client, host: PictureServer, settings: Any
) -> None:
    play(host, "bigger/00/1.jpg", b"", status=503)
    down = client.get(address("00/1.jpg"))
    assert (down.status_code, down["Cache-Control"], down["Retry-After"]) == (502, "public, max-age=10", "10")
    play(host, "bigger/00/1.jpg")
    assert client.get(address("00/2.jpg")).status_code == 502
    assert host.asked == ["/giata/bigger/00/1.jpg"]
    cache.clear()
    assert client.get(address("00/1.jpg")).status_code == 200

    cache.clear()
    settings.HOTELBEDS_IMAGES_URL = "http://127.0.0.1:1/giata"
    assert client.get(address("00/1.jpg")).status_code == 502


def test_a_picture_server_that_hangs_holds_nobody_longer_than_the_deadline(
    client: Client, host: PictureServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "DEADLINE", 0.2)
    host.gate.clear()
    assert client.get(address("00/1.jpg", Size.XL)).status_code == 502
    assert host.asked == ["/giata/xl/00/1.jpg"]


def test_those_who_ask_together_cause_one_fetch(host: PictureServer) -> None:
    play(host, "bigger/00/1.jpg")
    host.gate.clear()
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(pictures.get, Size.BIGGER, "00/1.jpg") for _ in range(6)]
        while not host.asked:
            time.sleep(0.005)
        host.gate.set()
        assert {one.result().body for one in asked} == {JPEG}
    assert host.asked == ["/giata/bigger/00/1.jpg"]


def test_a_process_fetches_only_so_many_at_once(
    client: Client, host: PictureServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(host, "bigger/00/1.jpg")
    monkeypatch.setattr(pictures, "_turns", threading.BoundedSemaphore(1))
    monkeypatch.setattr(pictures, "_TURN", 0.0)
    with pictures._turns:
        busy = client.get(address("00/1.jpg"))
    assert (busy.status_code, busy["Retry-After"], busy["Cache-Control"]) == (503, "1", "no-store")
    assert client.get(address("00/1.jpg")).status_code == 200


def test_too_many_are_refused(client: Client, host: PictureServer, settings: Any) -> None:
    play(host, "bigger/00/1.jpg")
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {"pictures": {"ip": "2/m"}}
    answers = [client.get(address("00/1.jpg")) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Cache-Control"] == "no-store"


def test_without_a_disk_pictures_are_shown_all_the_same(
    client: Client, host: PictureServer, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "a file").touch()
    settings.PICTURES_FOLDER = tmp_path / "a file" / "pictures"
    play(host, "bigger/00/1.jpg")
    assert [client.get(address("00/1.jpg")).status_code for _ in range(2)] == [200, 200]
    assert len(host.asked) == 2


def test_the_folder_forgets_what_was_not_used_longest(tmp_path: Path) -> None:
    store = Store(tmp_path / "pictures", 1000)
    for number in range(8):
        store.write(f"{number}", bytes(100), changed=1000 + number)
    now = time.time()
    for number, file in enumerate(sorted(files(tmp_path), key=lambda file: file.stat().st_mtime)):
        os.utime(file, (now - 8000 + 1000 * number, file.stat().st_mtime))
    part = tmp_path / "pictures" / files(tmp_path)[0].parent.name / "left.part"
    part.touch()
    os.utime(part, (0, 0))
    assert store.read("0") == (bytes(100), 1000)
    store.write("big", bytes(400), changed=5000)
    kept = [name for name in ("0", "1", "2", "3", "4", "5", "6", "7", "big") if store.read(name)]
    assert kept == ["0", "4", "5", "6", "7", "big"]
    assert not part.exists()


def files(folder: Path) -> list[Path]:
    return [file for file in folder.glob("pictures/*/*") if file.suffix != ".part"]


def test_the_simulators_pictures_over_real_http(
    client: Client, simulator: Running, settings: Any, tmp_path: Path
) -> None:
    settings.HOTELBEDS_IMAGES_URL = f"{simulator.url}/giata"
    settings.PICTURES_FROM, settings.SITE_URL = "proxy", SITE
    settings.PICTURES_FOLDER = tmp_path / "pictures"
    catalogue = Catalogue(simulator.settings.hotels, simulator.settings.seed)
    small = path_of(catalogue, lambda code: not painted.has_large(code))
    assert client.get(address(small, Size.XL)).content == client.get(address(small, Size.BIGGER)).content
    assert client.get(address(small, Size.STANDARD))["Content-Type"] == "image/jpeg"
    shutil.rmtree(tmp_path / "pictures")


def path_of(catalogue: Catalogue, fits: Callable[[int], bool]) -> str:
    for code in catalogue.hotels():
        hotel = catalogue.hotel(code)
        if hotel and fits(code) and (found := painted.of_hotel(hotel)):
            return found[0].path
    raise LookupError
