"""From a quote and its guests to our rows, and from our rows to the supplier's order."""

from __future__ import annotations

from typing import Any

import msgspec

from bookings.models import Booking, BookingRoom, Customer, Guest, Quote
from bookings.selectors import quotes
from bookings.services.guests import Party
from faredown.lib import clock
from hotels.models import Hotel
from hotels.selectors import arrivals
from suppliers.types import BookingGuest, BookingOrder, GuestType
from suppliers.types import BookingRoom as OrderedRoom


def write(
    quote: Quote, party: Party, *, customer: Customer, key: str, channel: str, language: str
) -> Booking:
    """The booking with its rooms and guests, everything the guest bought frozen in it."""
    now = clock.now()
    booking = Booking.objects.create(
        quote=quote,
        customer=customer,
        placed_key=key,
        channel=channel,
        supplier=quote.supplier,
        status_changed_at=now,
        hotel=quote.hotel,
        hotel_snapshot=snapshot(quote.hotel),
        check_in=quote.check_in,
        check_out=quote.check_out,
        holder_first_name=party.holder.first_name,
        holder_last_name=party.holder.last_name,
        holder_email=party.holder.email,
        holder_phone=party.holder.phone,
        holder_country=party.holder.country,
        remarks=party.remarks,
        language=language,
        total_amount=quote.total.amount,
        total_currency=quote.total.currency,
        net_amount=quote.net.amount,
        net_currency=quote.net.currency,
        price=quote.price,
        terms=quote.terms,
        supplier_terms=[msgspec.to_builtins(offer.rate.terms) for offer in quotes.offers(quote)],
        rate_comments=quote.rate_comments,
        created_at=now,
    )
    _rooms(booking, quote, party)
    return booking


def order(booking: Booking) -> BookingOrder:
    """One entry per rate key, its physical rooms in the asker's order. Our reference is theirs for the booking."""
    rooms = list(booking.rooms.prefetch_related("guests"))
    return BookingOrder(
        client_reference=booking.reference,
        holder_first_name=booking.holder_first_name,
        holder_last_name=booking.holder_last_name,
        rooms=tuple(
            OrderedRoom(
                rate_key=offer.rate.rate_key,
                guests=tuple(_guests(room) for room in rooms if room.index in offer.for_rooms),
            )
            for offer in quotes.offers(booking.quote)
        ),
        remark=booking.remarks,
        language=booking.language,
    )


def snapshot(hotel: Hotel) -> dict[str, Any]:
    """What the voucher and the guest need of the hotel, as it was when it was booked. Hours as `HH:MM`, "" where the
    hotel does not say them."""
    told = arrivals.read(hotel)
    begin, end = told.check_in_from, told.check_out_until
    return {
        "id": hotel.public_id,
        "name": hotel.name,
        "address": hotel.address,
        "postal_code": hotel.postal_code,
        "city": hotel.city,
        "country_code": hotel.country_id,
        "country": hotel.country.names.get("en", hotel.country_id),
        "phones": hotel.phones,
        "emails": hotel.emails,
        "category": str(hotel.category) if hotel.category else "",
        "stars": str(hotel.stars) if hotel.stars is not None else "",
        "latitude": hotel.latitude,
        "longitude": hotel.longitude,
        "timezone": hotel.timezone,
        "check_in_from": f"{begin:%H:%M}" if begin else "",
        "check_out_until": f"{end:%H:%M}" if end else "",
    }


def _rooms(booking: Booking, quote: Quote, party: Party) -> None:
    asked = quotes.occupancies(quote)
    for offer_index, offer in enumerate(quotes.offers(quote)):
        for index in offer.for_rooms:
            room = BookingRoom.objects.create(
                booking=booking,
                index=index,
                offer_index=offer_index,
                room_code=offer.rate.room_code,
                room_name=offer.rate.room_name,
                board_code=offer.rate.board_code,
                board_name=offer.rate.board_name,
                adults=asked[index].adults,
                child_ages=list(asked[index].child_ages),
            )
            Guest.objects.bulk_create(
                Guest(room=room, position=position, **_columns(guest))
                for position, guest in enumerate(party.rooms[index])
            )


def _columns(guest: BookingGuest) -> dict[str, Any]:
    return {
        "type": guest.type.value,
        "first_name": guest.first_name,
        "last_name": guest.last_name,
        "age": guest.age,
    }


def _guests(room: BookingRoom) -> tuple[BookingGuest, ...]:
    return tuple(
        BookingGuest(
            type=GuestType(guest.type), first_name=guest.first_name, last_name=guest.last_name, age=guest.age
        )
        for guest in room.guests.all()
    )
