"""Which key, host and certificate an operation uses. Staff's rows first; without any, the `<SUPPLIER>_*` settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings

from faredown.lib import clock
from suppliers.errors import NotConfigured
from suppliers.models import Credential
from suppliers.operations import Api, Operation, api_of

_EVERY = "all"


@dataclass(frozen=True, slots=True)
class Access:
    """What one call needs. Secrets stay out of its repr."""

    label: str
    host: str
    """Scheme and host, or with the API's own path where that is not the usual one."""
    version: str
    scope: str = _EVERY
    api_key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    certificate: str = field(default="", repr=False)
    certificate_key: str = field(default="", repr=False)
    valid_from: datetime | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be written down."""
        return tuple(text for text in (self.api_key, self.secret, self.certificate_key) if text)


@dataclass(frozen=True, slots=True)
class Keyring:
    """Every active credential of one supplier, the ones that start later too: rotation happens by itself."""

    supplier: str
    accesses: tuple[Access, ...]
    from_settings: bool = False

    def for_operation(self, operation: Operation) -> Access:
        for scope in (operation.value, api_of(operation).value, _EVERY):
            valid = [access for access in self.accesses if access.scope == scope and _has_begun(access)]
            if valid:
                return max(valid, key=lambda access: access.valid_from or datetime.min.replace(tzinfo=UTC))
        raise NotConfigured(
            f"no credential for {operation.value}: add one in the backoffice, or set {self.supplier.upper()}_API_KEY",
            supplier=self.supplier,
            operation=operation.value,
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(secret for access in self.accesses for secret in access.secrets)


def _has_begun(access: Access) -> bool:
    return access.valid_from is None or access.valid_from <= clock.now()


def keyring(supplier: str) -> Keyring:
    rows = Credential.objects.filter(supplier__code=supplier, is_active=True)
    accesses = tuple(_access(row) for row in rows)
    if accesses:
        return Keyring(supplier, accesses)
    return Keyring(supplier, _from_settings(supplier), from_settings=True)


def for_operation(supplier: str, operation: Operation) -> Access:
    return keyring(supplier).for_operation(operation)


def settings_values(supplier: str) -> tuple[str, ...]:
    """(address, content address, key, secret) as the settings have them; empty texts where they have nothing."""
    names = ("BASE_URL", "CONTENT_URL", "API_KEY", "SECRET")
    return tuple(str(getattr(settings, f"{supplier.upper()}_{name}", "")) for name in names)


def _from_settings(supplier: str) -> tuple[Access, ...]:
    address, content_address, api_key, secret = settings_values(supplier)
    if not (api_key and secret):
        return ()
    hosts = {Api.BOOKING: address, Api.CONTENT: content_address or address}
    return tuple(
        Access("settings", host, "1.0", scope=api.value, api_key=api_key, secret=secret)
        for api, host in hosts.items()
        if host
    )


def _access(row: Credential) -> Access:
    return Access(
        label=row.label,
        host=row.host.rstrip("/"),
        version=row.version,
        scope=row.scope,
        api_key=row.api_key,
        secret=row.secret,
        certificate=row.client_certificate,
        certificate_key=row.client_key,
        valid_from=row.valid_from,
    )
