from hotels.admin import content, geography, hotel, pricing, sync

__all__ = ["content", "geography", "hotel", "pricing", "sync"]
