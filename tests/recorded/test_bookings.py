from __future__ import annotations

from datetime import date

import msgspec

from faredown.lib.money import Money
from suppliers.adapters.hotelbeds.mapping import bookings
from suppliers.types import (
    BookingGuest,
    BookingStatus,
    BookingSummary,
    Cancellation,
    Confirmation,
    ConfirmedRoom,
    GuestType,
    Occupancy,
    Tax,
)
from tests.recorded.samples import euro, sample, term


def adult(first: str = "", last: str = "") -> BookingGuest:
    return BookingGuest(type=GuestType.ADULT, first_name=first, last_name=last)


def child(age: int, first: str = "", last: str = "") -> BookingGuest:
    return BookingGuest(type=GuestType.CHILD, first_name=first, last_name=last, age=age)


def dollars(amount: str) -> Money:
    return Money.of(amount, "USD")


@sample("booking/booking_confirmation_external_supplier.response.json")
def test_a_booking_with_an_outside_supplier_and_two_steps(body: bytes) -> None:
    confirmed, token = bookings.confirmation(body)

    assert token == "EEE429DE11F14C22AB7FBF351030A8E6"
    (room,) = confirmed.rooms
    assert confirmed == Confirmation(
        supplier_reference="256-5189272",
        client_reference="FB767882",
        status=BookingStatus.CONFIRMED,
        net=euro("216.43"),
        hotel_code="133382",
        check_in=date(2020, 8, 12),
        check_out=date(2020, 8, 17),
        rooms=(room,),
        payable_through="Bonotel Exclusive Travel",
        payable_through_vat="592952685",
        cancellable=True,
        modifiable=False,
    )
    assert room == ConfirmedRoom(
        room_code="ROO.RO",
        room_name="Room RUN OF HOUSE",
        board_code="BB",
        board_name="BED AND BREAKFAST",
        net=euro("216.43"),
        rooms=1,
        occupancy=Occupancy(1),
        rate_class="NOR",
        terms=(
            term(euro("90.90"), "2020-08-05 06:59", "2020-08-04T23:59:00-07:00"),
            term(euro("216.43"), "2020-08-10 06:59", "2020-08-09T23:59:00-07:00"),
        ),
        comments=room.comments,
        guests=(adult("John", "Smith"),),
    )
    assert room.comments.startswith("Car park NO. Check-in hour 18:00 - .")


@sample("booking/booking_confirmation_2024_discount.response.json")
def test_a_booking_in_pounds_with_an_unnamed_guest(body: bytes) -> None:
    confirmed, _ = bookings.confirmation(body)

    assert (confirmed.supplier_reference, confirmed.net) == ("207-12306403", Money.of("899.23", "GBP"))
    assert (confirmed.check_in, confirmed.check_out) == (date(2024, 4, 6), date(2024, 4, 8))
    assert (confirmed.payable_through, confirmed.payable_through_vat) == (
        "HOTELBEDS PRODUCT,S.L.U.",
        "ESB38877676",
    )
    (room,) = confirmed.rooms
    assert room.guests == (adult("HolderFirstName", "HolderLastName"), adult())
    assert room.terms == (term(Money.of("899.23", "GBP"), "2024-03-26 22:59", "2024-03-26T23:59:00+01:00"),)
    assert "8.00 Euro   payable on arrival" in room.comments


@sample("booking/booking_confirmation_taxes_excluded_us.response.json")
def test_a_booking_with_a_tax_to_pay_in_new_york(body: bytes) -> None:
    confirmed, _ = bookings.confirmation(body)

    assert (confirmed.supplier_reference, confirmed.net) == ("254-3780215", euro("252.08"))
    (room,) = confirmed.rooms
    assert room.taxes == (Tax(included=False, amount=dollars("22.95"), client_amount=euro("21.17")),)
    assert room.terms == (term(euro("252.08"), "2024-06-13 03:59", "2024-06-12T23:59:00-04:00"),)
    assert (confirmed.payable_through, confirmed.payable_through_vat) == ("HOTELBEDS USA, INC", "592952685")


@sample("booking/booking_confirmation_children.response.json")
def test_a_booking_with_children(body: bytes) -> None:
    confirmed, _ = bookings.confirmation(body)

    assert confirmed.net == euro("172.10")  # a JSON number, 172.1
    (room,) = confirmed.rooms
    assert room.occupancy == Occupancy(1, (5, 6))
    assert room.guests == (
        adult("First Adult Name", "Surname"),
        child(5, "Second Adult Name", "Surname"),
        child(6, "First Child Name", "Surname"),
    )
    assert room.terms == (term(euro("172.10"), "2019-06-12 21:59", "2019-06-12T23:59:00+02:00"),)


@sample("booking/booking_confirmation_two_same_rooms.response.json")
def test_two_same_rooms_come_back_as_one_entry(body: bytes) -> None:
    confirmed, _ = bookings.confirmation(body)

    (room,) = confirmed.rooms
    assert (room.rooms, room.net, confirmed.net) == (2, euro("282.94"), euro("282.94"))
    assert room.occupancy == Occupancy(2)
    assert [guest.first_name for guest in room.guests] == [
        "First Adult Name", "Second Adult Name", "Third Adult Name", "Fourth Adult Name",
    ]  # fmt: skip
    assert room.terms == (term(euro("282.94"), "2019-06-12 21:59", "2019-06-12T23:59:00+02:00"),)


@sample("booking/booking_confirmation_one_room.response.json")
def test_one_key_of_half_the_price(body: bytes) -> None:
    confirmed, token = bookings.confirmation(body)

    assert token == "6EE8966867B04526911CE8385AA62446"
    assert (confirmed.net, confirmed.supplier_reference) == (euro("141.47"), "1-4075658")
    assert confirmed.client_reference == "INTEGRATIONAGENCY"
    (room,) = confirmed.rooms
    assert room.guests == (adult("First Adult Name", "Surname"), adult("Second Adult Name", "Surname"))
    assert room.terms == (term(euro("141.47"), "2019-06-12 21:59", "2019-06-12T23:59:00+02:00"),)


@sample("booking/booking_confirmation_2016.response.json")
def test_the_shape_of_2016_has_no_policies_and_no_counts(body: bytes) -> None:
    confirmed, token = bookings.confirmation(body)

    assert token == ""
    assert (confirmed.client_reference, confirmed.net) == ("TEST TEST", dollars("261.14"))
    assert (confirmed.cancellable, confirmed.modifiable) == (True, False)
    (room,) = confirmed.rooms
    assert (room.occupancy, room.guests) == (Occupancy(1), (adult("ADULT NAME"),))
    assert room.terms == (term(dollars("130.57"), "2016-04-21 03:59", "2016-04-20T23:59:00-04:00"),)


@sample("booking/booking_detail_child_2016.response.json")
def test_a_detail_of_2016_with_a_child(body: bytes) -> None:
    held, _ = bookings.confirmation(body)

    assert (held.supplier_reference, held.net) == ("69-2025719", dollars("248.28"))
    (room,) = held.rooms
    assert (room.occupancy, room.board_code) == (Occupancy(2, (5,)), "AI")
    assert room.guests == (
        adult("GUEST NAME", "SURNAME"),
        adult("GUEST NAME", "SURNAME"),
        child(5, "GUEST NAME", "SURNAME"),
    )
    assert room.terms == (term(dollars("124.14"), "2016-04-28 03:59", "2016-04-27T23:59:00-04:00"),)
    assert held.payable_through == "TURAVIA/HOTELBEDS"


@sample("booking/booking_detail.response.json")
def test_a_detail(body: bytes) -> None:
    held, token = bookings.confirmation(body)

    assert token == "ce838668-06cd-4009-a705-fc234626ff91"
    assert (held.status, held.net, held.hotel_code) == (BookingStatus.CONFIRMED, euro("250.19"), "229318")
    (room,) = held.rooms
    assert room.supplier_reference == "16923904M-MJ"
    assert room.taxes == (Tax(included=False, amount=euro("6.60")),)
    assert room.terms == (term(euro("250.19"), "2018-04-19 21:59", "2018-04-19T23:59:00+02:00"),)


@sample("booking/booking_cancellation_free.response.json")
def test_a_free_cancellation(body: bytes) -> None:
    cancelled, token = bookings.cancellation(body, simulated=False)

    assert token == "24b3b38c-8a53-44aa-9019-429534bf7c05"
    assert cancelled == Cancellation(
        supplier_reference="1-3816248",
        fee=euro("0"),
        cancelled=True,
        cancellation_reference="PPFPPJXXVZ",
    )
    held, _ = bookings.confirmation(body)
    assert (held.status, held.net, held.cancellation_fee) == (BookingStatus.CANCELLED, euro("0"), euro("0"))
    assert (held.cancellable, held.rooms[0].terms) == (False, ())


@sample("booking/booking_list.response.json")
def test_a_list_of_bookings(body: bytes) -> None:
    lines, total, token = bookings.listed(body)

    assert (total, token) == (2, "47411d2f-970a-4196-b790-337b37288670")
    assert lines == [
        BookingSummary(
            supplier_reference="1-3814850",
            client_reference="AgencyTest01",
            status=BookingStatus.CONFIRMED,
            net=euro("664.02"),
            hotel_code="2805",
            check_in=date(2018, 9, 8),
            check_out=date(2018, 9, 15),
        ),
        BookingSummary(
            supplier_reference="1-3815077",
            client_reference="AgencyTest02",
            status=BookingStatus.CONFIRMED,
            net=euro("31.35"),
            hotel_code="497541",
            check_in=date(2018, 3, 22),
            check_out=date(2018, 3, 24),
        ),
    ]


@sample("booking/booking_change.response.json")
def test_a_changed_booking_has_its_steps_in_order(body: bytes) -> None:
    changed, _ = bookings.confirmation(body)

    assert (changed.supplier_reference, changed.net) == ("52-1274417", euro("302.26"))
    (room,) = changed.rooms
    assert room.occupancy == Occupancy(1, (5, 6))
    assert room.terms == (
        term(euro("70.50"), "2017-09-12 21:59", "2017-09-12T23:59:00+02:00"),
        term(euro("141.00"), "2017-09-14 21:59", "2017-09-14T23:59:00+02:00"),
    )


@sample("booking/booking_change.request.json")
def test_a_change_sends_the_whole_booking(body: bytes) -> None:
    sent = msgspec.json.decode(body, type=dict[str, msgspec.Raw])

    asked, _ = bookings.confirmation(b'{"booking":' + bytes(sent["booking"]) + b"}")

    assert bytes(sent["mode"]) == b'"UPDATE"'
    assert (asked.supplier_reference, asked.net) == ("52-1274417", euro("302.26"))
    assert asked.rooms[0].guests == (
        adult("First Adult Name", "Surname"),
        child(6, "Second Child Name"),
        child(5, "First Child Name"),
    )


@sample("booking/reconfirmations.response.json")
def test_reconfirmations_are_a_bare_list(body: bytes) -> None:
    found, token = bookings.reconfirmations(body)

    assert token == "87AB1EF792B8415F8FAE352076795DF3"
    assert found == [("1-3423498", ("HIL_Conf_444322",)), ("1-3423499", ("HIL_Conf_444322",))]


@sample("booking/reconfirmation_push.callback.json")
def test_a_pushed_reconfirmation_names_each_number_once(body: bytes) -> None:
    assert bookings.pushed(body) == ("102-10878296", ("A1B5545C565EE654A",))
