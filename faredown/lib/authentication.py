"""Who is calling the API. Named in the settings, so it imports no view (DRF's loads the settings)."""

from typing import Any

from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError


class OptionalJWTAuthentication(JWTAuthentication):
    """A token that does not work makes the caller anonymous. A protected view then answers 401 by its permission, a
    public one goes on: stale tokens are a fact of the existing client."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        try:
            return super().authenticate(request)
        except (InvalidToken, TokenError, AuthenticationFailed):
            request.token_refused = True  # type: ignore[attr-defined]  # ours, read by lib.rest
            return None
