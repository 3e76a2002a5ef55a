from django.urls import path

from bookings.api import documents, views, webhooks

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
    path("bookings/<str:reference>/voucher.pdf", documents.Voucher.as_view(), name="booking-voucher"),
    path("bookings/<str:reference>/stay.ics", documents.Calendar.as_view(), name="booking-calendar"),
    path("bookings/<str:reference>/invoice.pdf", documents.Invoice.as_view(), name="booking-invoice"),
    path("bookings/<str:reference>/documents/", documents.Documents.as_view(), name="booking-documents"),
    path(
        "bookings/<str:reference>/documents/<str:document_id>.pdf",
        documents.DocumentFile.as_view(),
        name="booking-document",
    ),
    path(
        "webhooks/hotelbeds/reconfirmations/",
        views.HotelbedsReconfirmations.as_view(),
        name="hotelbeds-reconfirmations",
    ),
    path("webhooks/stripe/", webhooks.StripeEvents.as_view(), name="stripe-events"),
]
