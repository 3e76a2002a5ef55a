from django.urls import path

from bookings.api import views

urlpatterns = [
    path("quotes/", views.Quotes.as_view(), name="quotes"),
    path("quotes/<str:quote_id>/", views.QuoteDetail.as_view(), name="quote-detail"),
    path("bookings/", views.Bookings.as_view(), name="bookings"),
    path("bookings/lookup/", views.Lookup.as_view(), name="booking-lookup"),
    path("bookings/<str:reference>/", views.BookingDetail.as_view(), name="booking-detail"),
    path("bookings/<str:reference>/payments/", views.Payments.as_view(), name="booking-payments"),
    path(
        "bookings/<str:reference>/cancellations/", views.Cancellations.as_view(), name="booking-cancellations"
    ),
    path("bookings/<str:reference>/voucher.pdf", views.Voucher.as_view(), name="booking-voucher"),
    path("bookings/<str:reference>/stay.ics", views.Calendar.as_view(), name="booking-calendar"),
    path(
        "webhooks/hotelbeds/reconfirmations/",
        views.HotelbedsReconfirmations.as_view(),
        name="hotelbeds-reconfirmations",
    ),
]
