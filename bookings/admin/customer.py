from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from bookings.models import Booking, Customer
from faredown.lib.backoffice import ReadOnlyInline, StaffAdmin, money


class BookingInline(ReadOnlyInline[Booking]):
    model = Booking
    fields = ("reference", "status", "hotel", "check_in", "check_out", "shown_total")
    show_change_link = True

    @admin.display(description="total")
    def shown_total(self, booking: Booking) -> str:
        return money(booking.total)


@admin.register(Customer)
class CustomerAdmin(StaffAdmin[Customer]):
    list_display = ("__str__", "email", "phone", "country", "has_login", "booking_count", "created_at")
    list_filter = ("country", ("user", admin.EmptyFieldListFilter))
    search_fields = ("email", "first_name", "last_name", "phone", "bookings__reference")
    readonly_fields = ("user", "created_at")
    inlines = (BookingInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        customers: QuerySet[Customer] = super().get_queryset(request)
        return customers.annotate(bookings_made=Count("bookings"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="login", boolean=True)
    def has_login(self, customer: Customer) -> bool:
        return customer.user_id is not None

    @admin.display(description="bookings", ordering="bookings_made")
    def booking_count(self, customer: Customer) -> int:
        return int(getattr(customer, "bookings_made", 0))
