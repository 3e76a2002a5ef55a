from django.urls import path

from bookings.views import access, booking, checkout, documents, trips

app_name = "bookings"

urlpatterns = [
    path("checkout/", checkout.quote, name="quote"),
    path("checkout/<str:quote_id>/", checkout.guests, name="guests"),
    path("checkout/<str:quote_id>/preferences/", checkout.preferences, name="preferences"),
    path("checkout/<str:quote_id>/payment/", checkout.payment, name="payment"),
    path("checkout/<str:quote_id>/promotion/", checkout.promotion, name="promotion"),
    path("bookings/", trips.trips, name="trips"),
    path("bookings/access/<str:signed>/", access.opened, name="access"),
    path("bookings/<str:reference>/", booking.booking, name="booking"),
    path("bookings/<str:reference>/state/", booking.state, name="state"),
    path("bookings/<str:reference>/payment/", booking.pay_again, name="pay_again"),
    path("bookings/<str:reference>/cancel/", booking.cancel, name="cancel"),
    path("bookings/<str:reference>/voucher.pdf", documents.voucher, name="voucher"),
    path("bookings/<str:reference>/stay.ics", documents.calendar, name="calendar"),
    path("bookings/<str:reference>/documents/<str:name>.pdf", documents.document, name="document"),
    path("manage-booking/", access.manage, name="manage"),
]
