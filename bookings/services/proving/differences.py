"""What a proof may find, and how it says so."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from faredown.lib.money import exponent


class Code(StrEnum):
    # The chains
    ENTRY_MISSING = "entry_missing"
    ENTRY_CHANGED = "entry_changed"
    CHAIN_BROKEN = "chain_broken"
    VERSION_UNKNOWN = "version_unknown"
    UNBALANCED = "unbalanced"
    LINES_WITHOUT_ENTRY = "lines_without_entry"
    ENTRY_WITHOUT_BOOKING = "entry_without_booking"
    TRIGGER_MISSING = "trigger_missing"
    # The seals
    SEAL_MISSING = "seal_missing"
    SEAL_FORGED = "seal_forged"
    SEAL_BROKEN = "seal_broken"
    SEAL_LATE = "seal_late"
    SEALED_ENTRY_MISSING = "sealed_entry_missing"
    SEALED_ENTRY_CHANGED = "sealed_entry_changed"
    SEALED_TOTALS = "sealed_totals"
    # The books
    IDENTITY = "identity"
    CURRENCY = "currency"
    SALE = "sale"
    CANCELLATION = "cancellation"
    PAYMENT_WITHOUT_ENTRY = "payment_without_entry"
    PAYMENT_DIFFERS = "payment_differs"
    REFUND_WITHOUT_ENTRY = "refund_without_entry"
    REFUND_DIFFERS = "refund_differs"
    ENTRY_WITHOUT_MONEY = "entry_without_money"
    REFUND_OWED = "refund_owed"
    REFUNDED_TOO_MUCH = "refunded_too_much"
    KEPT_TOO_MUCH = "kept_too_much"
    # The payment provider's list
    CHARGE_WITHOUT_PAYMENT = "charge_without_payment"
    CHARGE_MISSING = "charge_missing"
    CHARGE_DIFFERS = "charge_differs"
    PROVIDER_NOT_COMPARED = "provider_not_compared"
    # The supplier's list
    UNKNOWN_AT_OURS = "supplier_booking_unknown"
    MISSING_AT_SUPPLIER = "supplier_booking_missing"
    SUPPLIER_DIFFERS = "supplier_differs"
    SUPPLIER_NOT_COMPARED = "supplier_not_compared"


class Difference(msgspec.Struct, frozen=True):
    """`reference`: the booking's, empty where there is none."""

    code: Code
    reference: str
    text: str

    def __str__(self) -> str:
        return f"{self.reference or '-'}: {self.text} [{self.code}]"


def told(thousandths: int, currency: str) -> str:
    """`123.45 EUR`, with every digit that is not nothing."""
    amount = Decimal(thousandths).scaleb(-3)
    digits = next(
        (digits for digits in range(exponent(currency), 3) if not thousandths % 10 ** (3 - digits)), 3
    )
    return f"{amount:.{digits}f} {currency}"
