"""The Booking API: what can be sold, at what price, and what was sold."""
