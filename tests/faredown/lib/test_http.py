"""The door against a real socket: what was sent, what came back, and when it gives up."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from faredown.lib import http
from faredown.lib.logging import request_id

Script = Callable[[socket.socket], None]


@contextmanager
def server(script: Script) -> Iterator[str]:
    """Accepts connections one after the other and plays `script` on each."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    script(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def answer(body: bytes, *headers: str) -> bytes:
    head = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def get(url: str, *, deadline: float = 5, max_bytes: int = 1000, body: bytes | None = None) -> http.Response:
    method = "GET" if body is None else "POST"
    return http.request(method, url, headers={}, body=body, deadline=deadline, max_bytes=max_bytes)


def test_an_answer_is_decoded_and_measured() -> None:
    received: list[bytes] = []

    def script(connection: socket.socket) -> None:
        received.append(connection.recv(65536))
        connection.sendall(answer(gzip.compress(b"x" * 500), "Content-Encoding: gzip", "X-Thing: 1"))

    token = request_id.set("req_abcdefgh")
    with server(script) as url:
        response = get(url)
    request_id.reset(token)
    assert (response.status, response.body, response.headers["x-thing"]) == (200, b"x" * 500, "1")
    assert b"X-Request-ID: req_abcdefgh" in received[0]
    assert b"Accept-Encoding: gzip" in received[0]


def test_redirects_are_answers() -> None:
    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
        )

    with server(script) as url:
        assert get(url).status == 302


def test_nobody_listens_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(http.ConnectFailed) as caught:
        get(f"http://127.0.0.1:{port}", body=b"{}")
    assert caught.value.sent is False


@pytest.mark.parametrize("half", [b"", b"HTTP/1.1 200 OK\r\n", answer(b"whole")[:-2]])
def test_a_connection_lost_after_sending_leaves_the_outcome_unknown(half: bytes) -> None:
    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(half)

    with server(script) as url, pytest.raises(http.Interrupted) as caught:
        get(url, body=b"{}")
    assert caught.value.sent is True


@pytest.mark.parametrize(
    "start", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"]
)
def test_a_server_that_trickles_is_left_at_the_deadline(start: bytes) -> None:
    """Each byte comes well within any timeout between reads; only a total deadline ends it."""
    given_up = threading.Event()

    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(start)
        for _ in range(400):
            if given_up.wait(0.02):
                return
            connection.sendall(b"x")

    with server(script) as url:
        with pytest.raises(http.DeadlineExceeded) as caught:
            get(url, deadline=0.3, max_bytes=100_000)
        given_up.set()
    assert caught.value.sent is True


def test_a_server_that_never_answers_is_left_at_the_deadline() -> None:
    given_up = threading.Event()

    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        given_up.wait(10)

    with server(script) as url:
        with pytest.raises(http.DeadlineExceeded) as caught:
            get(url, deadline=0.2)
        given_up.set()
    assert caught.value.sent is True


def test_a_body_over_the_limit_is_not_read_to_its_end() -> None:
    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer(gzip.compress(b"\0" * 5_000_000), "Content-Encoding: gzip"))

    with server(script) as url, pytest.raises(http.TooLarge, match="1000 bytes"):
        get(url)


def test_what_is_said_in_another_thread_does_not_count_here() -> None:
    """The deadline and the "sent" mark belong to the thread that calls."""
    outcomes: list[bool] = []

    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer(b"ok"))

    def refused() -> None:
        try:
            get("http://127.0.0.1:1/")
        except http.ConnectFailed as error:
            outcomes.append(error.sent)

    with server(script) as url:
        assert get(url).body == b"ok"
        other = threading.Thread(target=refused)
        other.start()
        other.join()
    assert outcomes == [False]
