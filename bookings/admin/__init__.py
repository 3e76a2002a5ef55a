from bookings.admin import (
    booking,
    customer,
    dispute,
    document,
    ledger,
    payment,
    promotion,
    proof,
    quote,
    staff_task,
)

__all__ = [
    "booking",
    "customer",
    "dispute",
    "document",
    "ledger",
    "payment",
    "promotion",
    "proof",
    "quote",
    "staff_task",
]
