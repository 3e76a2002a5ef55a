from django.urls import path

from hotels.views import hotel, results

app_name = "hotels"

urlpatterns = [
    path("hotels/results/", results.results, name="results"),
    path("hotels/results/list/", results.fragment, name="listing"),
    path("hotels/<str:hotel_id>/", hotel.hotel, name="hotel"),
    path("hotels/<str:hotel_id>/state/", hotel.state, name="hotel_state"),
]
