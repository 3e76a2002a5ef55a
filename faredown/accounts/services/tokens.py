"""API tokens. The refresh token rotates at every use; a second use of one ends its whole family."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from rest_framework_simplejwt import tokens as jwt
from rest_framework_simplejwt.exceptions import TokenError

from faredown.accounts.hooks import hooks
from faredown.accounts.models import RefreshFamily, RefreshToken, User
from faredown.lib import clock, crypto
from faredown.lib.errors import Unauthenticated

_FAMILY = "fam"
_KEPT_AFTER_EXPIRY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Pair:
    access: str
    refresh: str
    expires_in: int  # seconds the access token lives


def issue(user: User, *, ip: str | None = None, user_agent: str = "") -> Pair:
    with transaction.atomic():
        family = RefreshFamily.objects.create(
            user=user, expires_at=_expiry(), ip=ip or None, user_agent=user_agent[:200]
        )
        return _next(family)


def rotate(refresh: str) -> Pair:
    """The next pair of the family. `Unauthenticated` ends it for the caller; `token_reused` ends it for everybody."""
    claims = _read(refresh)
    with transaction.atomic():
        family = _locked_family(claims)
        fresh = RefreshToken.objects.filter(
            family=family, jti_hash=crypto.hash_token(claims["jti"]), used_at=None
        ).update(used_at=clock.now())
        pair = _next(family) if fresh else None
        if pair is None:
            _revoke(family, because="token_reused")
    # Raised after the commit: the revocation has to stay.
    if pair is None:
        raise Unauthenticated("token_reused", "This refresh token was used before. Sign in again.")
    return pair


def revoke(refresh: str) -> None:
    """Sign this device out. A token that does not work is signed out already."""
    try:
        claims = _read(refresh)
        with transaction.atomic():
            _revoke(_locked_family(claims), because="signed_out")
    except Unauthenticated:
        return


def revoke_all(user: User, *, because: str) -> None:
    RefreshFamily.objects.filter(user=user, revoked_at=None).update(
        revoked_at=clock.now(), revoked_because=because
    )


def prune() -> int:
    deleted, _ = RefreshFamily.objects.filter(expires_at__lt=clock.now() - _KEPT_AFTER_EXPIRY).delete()
    return deleted


def _next(family: RefreshFamily) -> Pair:
    token = jwt.RefreshToken()
    token["sub"] = family.user.public_id
    token[_FAMILY] = family.public_id
    RefreshToken.objects.create(family=family, jti_hash=crypto.hash_token(token["jti"]))
    family.expires_at = _expiry()
    family.save(update_fields=["expires_at"])
    return Pair(str(token.access_token), str(token), int(token.access_token.lifetime.total_seconds()))


def _read(refresh: str) -> dict[str, Any]:
    try:
        claims = jwt.RefreshToken(refresh).payload  # type: ignore[arg-type]  # the stub knows no text
    except TokenError:
        raise _refused() from None
    if not isinstance(claims.get("jti"), str) or not isinstance(claims.get(_FAMILY), str):
        raise _refused()
    return dict(claims)


def _locked_family(claims: dict[str, Any]) -> RefreshFamily:
    family = (
        RefreshFamily.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(public_id=claims[_FAMILY], revoked_at=None, expires_at__gt=clock.now(), user__is_active=True)
        .first()
    )
    if family is None:
        raise _refused()
    return family


def _revoke(family: RefreshFamily, *, because: str) -> None:
    family.revoked_at, family.revoked_because = clock.now(), because
    family.save(update_fields=["revoked_at", "revoked_because"])
    if because == "token_reused":
        hooks.record("account.refresh_token_reused", target=family.user, family=family.public_id)


def _refused() -> Unauthenticated:
    return Unauthenticated("token_not_valid", "The refresh token is not valid or has expired.")


def _expiry() -> datetime:
    lifetime: timedelta = jwt.RefreshToken.lifetime
    return clock.now() + lifetime
