from django.urls import path

from faredown.accounts import views

app_name = "accounts"

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/login/", views.login, name="login"),
    path("account/logout/", views.logout, name="logout"),
    path("account/register/", views.register, name="register"),
    path("account/password/", views.password, name="password"),
    path("account/reset-password/", views.reset, name="reset"),
    path("account/reset-password/new/", views.reset_new, name="reset_new"),
    path("account/reset-password/<str:token>/", views.reset_link, name="reset_link"),
    path("account/confirm-email/<str:token>/", views.confirm_email, name="confirm_email"),
]
