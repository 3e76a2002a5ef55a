"""Checkout and what comes after it. A guest without a login holds the keys to their bookings in the session."""
