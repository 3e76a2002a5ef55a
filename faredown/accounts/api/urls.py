from django.urls import path

from faredown.accounts.api import views

app_name = "accounts_api"

urlpatterns = [
    path("auth/register/", views.Register.as_view(), name="register"),
    path("auth/token/", views.Token.as_view(), name="token"),
    path("auth/token/refresh/", views.TokenRefresh.as_view(), name="token_refresh"),
    path("auth/token/revoke/", views.TokenRevoke.as_view(), name="token_revoke"),
    path("auth/me/", views.Me.as_view(), name="me"),
    path("auth/password/reset/", views.PasswordReset.as_view(), name="password_reset"),
    path("auth/password/reset/confirm/", views.PasswordResetConfirm.as_view(), name="password_reset_confirm"),
    path("auth/email/confirmation/", views.EmailConfirmation.as_view(), name="email_confirmation"),
    path("auth/email/confirm/", views.EmailConfirm.as_view(), name="email_confirm"),
]
