"""Encryption at rest and fingerprints, keyed by `FIELD_ENCRYPTION_KEYS` (newest first, older ones still read)."""

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Undecipherable(ValueError):
    """No configured key opens it: a key was dropped before its rows were encrypted anew."""


def encrypt(text: str) -> str:
    return _ring().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    try:
        return _ring().decrypt(token.encode()).decode()
    except InvalidToken:
        raise Undecipherable("no key of FIELD_ENCRYPTION_KEYS opens this value") from None


def rotate(token: str) -> str:
    """The same secret under the newest key."""
    try:
        return _ring().rotate(token.encode()).decode()
    except InvalidToken:
        raise Undecipherable("no key of FIELD_ENCRYPTION_KEYS opens this value") from None


def is_newest(token: str) -> bool:
    """Whether the newest key alone opens it."""
    try:
        Fernet(settings.FIELD_ENCRYPTION_KEYS[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def fingerprint(text: str) -> str:
    """Keyed, so that a short value (an e-mail, a reference) cannot be found by trying. Bound to the *oldest* key:
    adding a key in front does not change stored fingerprints."""
    oldest = base64.urlsafe_b64decode(settings.FIELD_ENCRYPTION_KEYS[-1])
    return hmac.new(oldest, b"fingerprint:" + text.encode(), hashlib.sha256).hexdigest()


def hash_token(token: str) -> str:
    """For values of `ids.secret_token()`: with 256 random bits a plain digest cannot be turned round."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def _ring() -> MultiFernet:
    return _ring_of(tuple(settings.FIELD_ENCRYPTION_KEYS))


@lru_cache(maxsize=4)
def _ring_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
