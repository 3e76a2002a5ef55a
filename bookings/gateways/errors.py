"""What can go wrong with a payment provider, told by whether we know what it did."""


class GatewayError(Exception):
    """Base. `code` is for staff and rows, free of card and guest data."""

    outcome_known = True

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class Refused(GatewayError):
    """The provider answered no; nothing moved."""


class Unavailable(GatewayError):
    """Not reached; nothing moved."""


class OutcomeUnknown(GatewayError):
    """Sent, and no answer came back. Found again by our metadata, never simply repeated."""

    outcome_known = False


class Forged(GatewayError):
    """A webhook that the provider did not send, or not now."""
