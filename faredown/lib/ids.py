"""Names that cannot be guessed or counted."""

import secrets
import string

_BASE62 = string.digits + string.ascii_letters
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: read over the phone without mistakes


def public_id(prefix: str) -> str:
    """`srch_4fT...`: 131 bits, the prefix tells people and logs what it is."""
    return f"{prefix}_{_drawn(_BASE62, 22)}"


def booking_reference() -> str:
    """12 characters, 50 bits: within the 20 that Hotelbeds takes as client reference (REFERENCE, bookings)."""
    return "FD" + _drawn(_CROCKFORD, 10)


def secret_token() -> str:
    """43 URL-safe characters, 256 bits. Store `crypto.hash_token(token)`, never the token."""
    return secrets.token_urlsafe(32)


def _drawn(alphabet: str, length: int) -> str:
    """Evenly drawn characters: the digits of one number so large that what is left over does not count. A sync draws
    hundreds of thousands, and `secrets.choice` for each character costs six times as much."""
    number = secrets.randbits(8 * length + 64)
    drawn = []
    for _ in range(length):
        number, digit = divmod(number, len(alphabet))
        drawn.append(alphabet[digit])
    return "".join(drawn)
