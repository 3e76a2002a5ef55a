"""A host that wants a client certificate, for real: our own authority, server and client."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from faredown.lib import http
from suppliers.credentials import Access
from suppliers.errors import Unavailable
from suppliers.limits import Limits
from suppliers.models import Call
from suppliers.operations import Operation
from suppliers.transport import Reading, Request, Transport

LIMITS = Limits(booking_rate=50, content_rate=50, daily_quota=None, reserve=0, availability_sample=0)


@dataclass(frozen=True)
class Paper:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def paper(name: str, authority: Paper | None = None) -> Paper:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.certificate.subject if authority else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority is None, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
    )
    return Paper(builder.sign(authority.key if authority else key, hashes.SHA256()), key)


class _Greeter(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        peer = self.connection.getpeercert()
        body = dict(part[0] for part in peer["subject"])["commonName"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the handshake is what one of the tests wants."""


@pytest.fixture
def authority() -> Paper:
    return paper("authority")


@pytest.fixture
def host(authority: Paper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server_paper = paper("server", authority)
    files = {"ca": authority.pem, "server": server_paper.pem, "key": server_paper.key_pem}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(tmp_path / "ca"))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(tmp_path / "server", tmp_path / "key")
    server = _Server(("127.0.0.1", 0), _Greeter)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def send(host: str, access: Access) -> bytes:
    transport = Transport("hotelbeds", limits=LIMITS, redact=lambda body: body.decode(errors="replace"))
    request = Request(
        operation=Operation.BOOK,
        method="GET",
        url=f"{host}/",
        headers=dict,
        access=access,
        deadline=5,
        effectful=True,
    )

    def read(response: http.Response) -> Reading[bytes]:
        return Reading(value=response.body)

    return transport.send(request, read)


@pytest.mark.django_db
def test_the_credential_s_certificate_is_shown(host: str, authority: Paper) -> None:
    ours = paper("Faredown", authority)
    access = Access("mtls", host, "1.0", certificate=ours.pem, certificate_key=ours.key_pem)

    assert send(host, access) == b"Faredown"
    assert Call.objects.get().outcome == "ok"


@pytest.mark.django_db
def test_a_host_that_is_not_vouched_for_gets_nothing(
    host: str, authority: Paper, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "other").write_text(paper("another authority").pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "other"))

    with pytest.raises(Unavailable, match="not reached"):
        send(host, Access("plain", host, "1.0"))
