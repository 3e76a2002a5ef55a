"""Who may have us fetch a picture: an address we made ourselves. Signatures have no end, so that caches may keep what
they stand for; after a change of `SECRET_KEY` those of `SECRET_KEY_FALLBACKS` still hold."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache

from django.conf import settings

_BYTES = 16


def sign(size: str, path: str) -> str:
    """22 characters fit for an address."""
    return _signature(str(settings.SECRET_KEY), size, path)


def is_ours(signature: str, size: str, path: str) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    given = signature.encode()
    return any(hmac.compare_digest(_signature(str(key), size, path).encode(), given) for key in keys)


def _signature(secret: str, size: str, path: str) -> str:
    digest = hmac.digest(_key(secret), f"{size}/{path}".encode(), "sha256")
    return urlsafe_b64encode(digest[:_BYTES]).rstrip(b"=").decode()


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    """Of its own: a signature made for anything else is none here."""
    return hmac.digest(secret.encode(), b"hotels.pictures", hashlib.sha256)
