"""What cannot be read, and what every operation refuses alike."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from faredown.lib.negotiation import MOST_VALUES
from faredown.lib.wsgi import Handler
from tests.problems import V1, sent, told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b'{"rooms":"' + b"x" * 5_000_000 + b'"}', 413, "body_too_large"),
        (b"[" * 100_000 + b"]" * 100_000, 400, "malformed"),
        (b'{"rooms":' * 50_000 + b"1" + b"}" * 50_000, 400, "malformed"),
        (b'{"currency":"\xff\xfe"}', 400, "malformed"),
        (b'{"currency":"\xed\xa0\x80"}', 400, "malformed"),
        (b'{"latitude":NaN}', 400, "malformed"),
        (b'{"latitude":' + b"9" * 5000 + b"}", 400, "malformed"),
        (b'{"rooms":"\x00"}', 400, "malformed"),
        (b"\xef\xbb\xbf{}", 400, "malformed"),
        (b"{} {}", 400, "malformed"),
    ],
)
def test_a_body_that_cannot_be_read(client: Client, raw: bytes, status: int, code: str) -> None:
    answer = sent(client, "searches/", raw)
    assert told(answer) == (status, code, [("body", code)])
    assert answer.json()["errors"][0]["message"] == answer.json()["detail"]


def test_a_hundred_thousand_rows_are_not_judged_one_by_one(client: Client) -> None:
    raw = b'{"rooms":[' + b"{}," * 100_000 + b"{}]}"
    # The body itself, the name, the list: the row that is the 5000th value too many, counted from 0.
    row = f"rooms.{MOST_VALUES - 3}"
    assert told(sent(client, "searches/", raw)) == (400, "invalid_input", [(row, "too_many_values")])


@pytest.mark.parametrize(
    "media",
    ["", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"],
)
def test_only_json_is_read(client: Client, media: str) -> None:
    answer = client.post(f"{V1}searches/", b"{}", content_type=media)
    assert told(answer)[:2] == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json; charset=hex", "415"),
        ("application/json; charset=idna", "415"),
        ("application/json; charset=zlib", "415"),
        ("application/json; charset=utf-16", "415"),
        ("application/json; charset*=nope''utf-8", "415"),
        ("application/json; charset=UTF-8", "400"),
    ],
)
def test_text_is_utf_8_from_the_first_byte_on(content_type: str, status: str) -> None:
    """Through the handler of the web server: Django decodes the address with the claimed charset."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": f"{V1}destinations/",
        "QUERY_STRING": "q=%41&limit=0",
        "CONTENT_TYPE": content_type,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
    }
    begun: list[str] = []

    def start(line: str, _headers: list[tuple[str, str]], _error: Any = None, /) -> Callable[[bytes], object]:
        begun.append(line)
        return bytes

    body = b"".join(Handler()(environ, start))
    assert begun[0].split()[0] == status
    assert json.loads(body)["status"] == int(status)


def test_a_body_of_unknown_length_is_not_taken_for_none(client: Client) -> None:
    answer = client.generic("GET", f"{V1}destinations/", headers={"Transfer-Encoding": "chunked"})
    assert told(answer)[:2] == (411, "length_required")


def test_a_host_that_is_not_ours(client: Client) -> None:
    assert told(client.get(f"{V1}destinations/", headers={"Host": "evil.example"}))[:2] == (400, "malformed")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "ODD"])
def test_an_operation_that_is_not_there(client: Client, method: str) -> None:
    assert told(client.generic(method, f"{V1}nothing")) == (404, "not_found", [])


def test_nul_in_an_address_names_the_parameter(client: Client) -> None:
    assert told(client.get(f"{V1}destinations/?limit=3&q=a%00b")) == (
        400,
        "malformed",
        [("q", "unusable_characters")],
    )
    assert told(client.get(f"{V1}hotels/a%00b/"))[:2] == (400, "malformed")


@pytest.mark.parametrize("query", ["q=%ff", "q=\xff", "q=a%ED%A0%80", "q=%C3"])
def test_an_address_that_is_not_utf_8_names_the_parameter(client: Client, query: str) -> None:
    answer = client.get(f"{V1}destinations/", QUERY_STRING=f"limit=3&{query}")
    assert told(answer) == (400, "malformed", [("q", "unusable_characters")])
    assert answer.json()["detail"] == "The address is not UTF-8."


def test_no_address_holds_bytes_that_are_not_utf_8(client: Client) -> None:
    assert told(client.get(f"{V1}destinations/?%ff=1")) == (400, "malformed", [("?", "unusable_characters")])
    assert told(client.get(f"{V1}hotels/a%ffb/")) == (400, "malformed", [])
    assert client.get("/?q=%ff").status_code == 400
    assert client.get("/%ff/").status_code == 400
    assert client.get(f"{V1}destinations/?q=M%C3%A1laga+%F0%9F%8F%A8").status_code == 200
