from bookings.admin import (
    booking,
    customer,
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
    "document",
    "ledger",
    "payment",
    "promotion",
    "proof",
    "quote",
    "staff_task",
]
