from django.urls import path

from faredown.pages import views

app_name = "pages"

urlpatterns = [
    path("", views.landing, name="landing"),
    path("hotels/", views.landing, name="hotels"),
    path("pages/<slug:slug>/", views.page, name="page"),
    path("legal/<slug:slug>/", views.legal_text, name="legal"),
    path("preferences/", views.preferences, name="preferences"),
]
