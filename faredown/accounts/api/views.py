"""Accounts over the API. Answers never tell whether an address has an account."""

from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from faredown.accounts.api import serializers
from faredown.accounts.models import User
from faredown.accounts.services import email_confirmation, login, passwords, profile, registration, tokens
from faredown.lib import network
from faredown.lib.rest import ApiView, refusals


class Register(ApiView):
    @extend_schema(
        operation_id="auth_register",
        request=serializers.RegisterInput,
        responses={202: serializers.NoticeOutput},
    )
    def post(self, request: Request) -> Response:
        """Open an account. A link to confirm the address is mailed; signing in works at once."""
        given = _checked(serializers.RegisterInput, request)
        registration.register(registration.Application(**given), ip=network.client_address(request._request))
        return Response({"detail": _("Look into your mailbox.")}, status=202)


class Token(ApiView):
    @extend_schema(
        operation_id="auth_token",
        request=serializers.TokenInput,
        responses={200: serializers.TokenOutput, **refusals({401: "invalid_credentials"})},
    )
    def post(self, request: Request) -> Response:
        """Sign in with e-mail address and password."""
        given = _checked(serializers.TokenInput, request)
        address = network.client_address(request._request)
        user = login.authenticate(email=given["email"], password=given["password"], ip=address)
        pair = tokens.issue(
            user,
            ip=None if address == network.UNKNOWN else address,
            user_agent=request.headers.get("User-Agent", ""),
        )
        return _pair(pair)


class TokenRefresh(ApiView):
    throttle_scope = "refresh"

    @extend_schema(
        operation_id="auth_token_refresh",
        request=serializers.RefreshInput,
        responses={200: serializers.TokenOutput, **refusals({401: "token_not_valid token_reused"})},
    )
    def post(self, request: Request) -> Response:
        """Change a refresh token for a new pair. Each works once: a second use signs the device out."""
        return _pair(tokens.rotate(_checked(serializers.RefreshInput, request)["refresh"]))


class TokenRevoke(ApiView):
    throttle_scope = "refresh"

    @extend_schema(operation_id="auth_token_revoke", request=serializers.RefreshInput, responses={204: None})
    def post(self, request: Request) -> Response:
        """Sign out. The same answer for a token that no longer works."""
        tokens.revoke(_checked(serializers.RefreshInput, request)["refresh"])
        return Response(status=204)


class Me(ApiView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="auth_me", responses={200: serializers.UserOutput})
    def get(self, request: Request) -> Response:
        """The signed-in user."""
        return Response(serializers.UserOutput(_user(request)).data)

    @extend_schema(
        operation_id="auth_me_update",
        request=serializers.ProfileInput,
        responses={200: serializers.UserOutput},
    )
    def patch(self, request: Request) -> Response:
        """Change some fields of the profile."""
        given = _checked(serializers.ProfileInput, request)
        return Response(serializers.UserOutput(profile.update(_user(request), **given)).data)


class PasswordReset(ApiView):
    @extend_schema(
        operation_id="auth_password_reset",
        request=serializers.EmailInput,
        responses={202: serializers.NoticeOutput},
    )
    def post(self, request: Request) -> Response:
        """Mail a link for choosing a new password, if the address has an account."""
        given = _checked(serializers.EmailInput, request)
        passwords.request_reset(email=given["email"], ip=network.client_address(request._request))
        return Response({"detail": _("If the address has an account, a link is on its way.")}, status=202)


class PasswordResetConfirm(ApiView):
    throttle_scope = "refresh"

    @extend_schema(
        operation_id="auth_password_reset_confirm",
        request=serializers.NewPasswordInput,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        """Choose a new password with the mailed token. Every device is signed out."""
        given = _checked(serializers.NewPasswordInput, request)
        passwords.confirm_reset(token=given["token"], password=given["password"])
        return Response(status=204)


class EmailConfirmation(ApiView):
    permission_classes = [IsAuthenticated]
    throttle_scope = "register"

    @extend_schema(operation_id="auth_email_request", request=None, responses={202: serializers.NoticeOutput})
    def post(self, request: Request) -> Response:
        """Mail the confirmation link again."""
        email_confirmation.request(_user(request))
        return Response({"detail": _("Look into your mailbox.")}, status=202)


class EmailConfirm(ApiView):
    throttle_scope = "refresh"

    @extend_schema(
        operation_id="auth_email_confirm", request=serializers.MailedTokenInput, responses={204: None}
    )
    def post(self, request: Request) -> Response:
        """Confirm the e-mail address with the mailed token."""
        email_confirmation.confirm(_checked(serializers.MailedTokenInput, request)["token"])
        return Response(status=204)


def _checked(serializer: type[Any], request: Request) -> dict[str, Any]:
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return cast("dict[str, Any]", given.validated_data)


def _user(request: Request) -> User:
    return cast("User", request.user)


def _pair(pair: tokens.Pair) -> Response:
    response = Response(
        {
            "access": pair.access,
            "refresh": pair.refresh,
            "token_type": "Bearer",
            "expires_in": pair.expires_in,
        }
    )
    response["Cache-Control"] = "no-store"
    return response
