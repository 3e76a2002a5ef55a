from bookings.admin import booking, customer, ledger, payment, promotion, proof, quote, staff_task

__all__ = ["booking", "customer", "ledger", "payment", "promotion", "proof", "quote", "staff_task"]
