from django.urls import path, register_converter
from django.urls.converters import StringConverter

from hotels.views import hotel, pictures, results

app_name = "hotels"


class FileConverter(StringConverter):
    """A path without the slash at the end that is optional elsewhere."""

    regex = ".*[^/]"


register_converter(FileConverter, "file")

urlpatterns = [
    path("hotels/results/", results.results, name="results"),
    path("hotels/results/list/", results.fragment, name="listing"),
    path("hotels/results/map/", results.map_fragment, name="map"),
    path("hotels/<str:hotel_id>/", hotel.hotel, name="hotel"),
    path("hotels/<str:hotel_id>/state/", hotel.state, name="hotel_state"),
    path("pictures/<str:signature>/<str:size>/<file:path>", pictures.picture, name="picture"),
]
