"""The door over TLS: certificates are checked, the client's own is shown, the deadline holds there too."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from faredown.lib import http


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """A self-signed certificate for 127.0.0.1 that this process trusts; serves as the client's as well."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, secret = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    return str(chain), str(secret)


@contextmanager
def server(certificate: tuple[str, str], *, trickle: bool = False) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    context.load_verify_locations(certificate[0])
    context.verify_mode = ssl.CERT_REQUIRED
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve() -> None:
        try:
            with context.wrap_socket(listener.accept()[0], server_side=True) as connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n")
                for _ in range(400):
                    connection.sendall(b"x")
                    if trickle and done.wait(0.02):
                        return
        except OSError:
            return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        done.set()
        listener.close()
        thread.join()


def get(door: http.Door, url: str, *, deadline: float = 5) -> http.Response:
    return door.request("GET", url, headers={}, body=None, deadline=deadline)


def test_a_trusted_server_is_shown_our_certificate(certificate: tuple[str, str]) -> None:
    with server(certificate) as url:
        assert get(http.open_session(cert=certificate), url).body == b"x" * 400


def test_without_the_certificate_it_refuses_and_with_an_unknown_one_we_do(
    certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with server(certificate) as url, pytest.raises(http.DoorError):
        get(http.open_session(), url)
    monkeypatch.delenv("SSL_CERT_FILE")
    with server(certificate) as url, pytest.raises(http.ConnectFailed) as caught:
        get(http.open_session(), url)
    assert caught.value.sent is False


def test_a_trickle_over_tls_ends_at_the_deadline(certificate: tuple[str, str]) -> None:
    with server(certificate, trickle=True) as url, pytest.raises(http.DeadlineExceeded) as caught:
        get(http.open_session(cert=certificate), url, deadline=0.4)
    assert caught.value.sent is True
