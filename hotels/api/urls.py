from django.urls import path

from hotels.api import calendar_views, map_views, search_views, views

app_name = "hotels_api"

urlpatterns = [
    path("destinations/", views.Destinations.as_view(), name="destinations"),
    path("searches/", search_views.Searches.as_view(), name="searches"),
    path("searches/<str:search_id>/", search_views.SearchResults.as_view(), name="search"),
    path("searches/<str:search_id>/map/", map_views.SearchMap.as_view(), name="search_map"),
    path(
        "searches/<str:search_id>/hotels/<str:hotel_id>/",
        search_views.SearchHotel.as_view(),
        name="search_hotel",
    ),
    path(
        "destinations/<str:destination_id>/calendar/",
        calendar_views.DestinationCalendar.as_view(),
        name="destination_calendar",
    ),
    path("hotels/<str:hotel_id>/calendar/", calendar_views.HotelCalendar.as_view(), name="hotel_calendar"),
    path("hotels/<str:hotel_id>/", views.Hotel.as_view(), name="hotel"),
    path("currencies/", views.Currencies.as_view(), name="currencies"),
    path("exchange-rates/", views.ExchangeRates.as_view(), name="exchange_rates"),
    path("languages/", views.Languages.as_view(), name="languages"),
    path("countries/", views.Countries.as_view(), name="countries"),
]
