from hotels.admin import content, exchange, geography, hotel, pricing, sync

__all__ = ["content", "exchange", "geography", "hotel", "pricing", "sync"]
