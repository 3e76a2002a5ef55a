"""`Idempotency-Key` for API views: a POST that makes, pays, changes or cancels happens once."""

import hashlib
import json
import re
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from faredown.accounts.models import User
from faredown.idempotency.models import Key
from faredown.idempotency.services import keys
from faredown.idempotency.services.keys import Kind, Outcome
from faredown.lib import crypto, problems
from faredown.lib.errors import Conflict, DomainError, FieldError, InvalidInput, Unprocessable
from faredown.lib.rest import ApiView

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"

_KEY = re.compile(r"[\x21-\x7e]{1,255}\Z")

# Refusals that a repeat must meet again. Bad input is not among them: it may be corrected under the same key.
_FINAL_REFUSALS = frozenset({402, 409, 410})


class IdempotentView(ApiView, ABC):
    """A view writes `perform` instead of `post`, and `replay`, which answers with the resource as it is now.

    The answer of `perform` names what it made under `resource_field`; a refusal does so in its `extra`.
    """

    resource_field: ClassVar[str] = "reference"

    @abstractmethod
    def perform(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Do it, this once."""

    @abstractmethod
    def replay(self, request: Request, resource: str, *args: Any, **kwargs: Any) -> Response:
        """It was done before: answer with `resource` as it is now."""

    def idempotency_caller(self, request: Request) -> str:
        """Whose key it is: the user's, else the booking token's, else the quote's."""
        if isinstance(request.user, User):
            return f"user:{request.user.public_id}"
        if token := request.headers.get("X-Booking-Token"):
            return f"token:{crypto.hash_token(token)[:32]}"
        quote = request.data.get("quote_id") if isinstance(request.data, dict) else None
        return f"quote:{quote}"

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        outcome = keys.begin(self._scope(request), _given(request), _fingerprint(request))
        if outcome.kind is Kind.NEW:
            return self._perform_once(outcome.key, request, *args, **kwargs)
        if outcome.kind is Kind.REPLAY:
            return self._replayed(outcome.key, request, *args, **kwargs)
        raise _refusal(outcome)

    def _perform_once(self, key: Key, request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            response = self.perform(request, *args, **kwargs)
        except DomainError as error:
            if error.status not in _FINAL_REFUSALS or error.retry_after is not None:
                keys.release(key)
                raise
            resource = str(error.extra.get(self.resource_field, ""))
            keys.finish(key, status=error.status, resource=resource, response=problems.problem(error))
            raise
        except BaseException:
            keys.release(key)
            raise
        keys.finish(key, status=response.status_code, resource=str(response.data[self.resource_field]))
        return response

    def _replayed(self, key: Key, request: Request, *args: Any, **kwargs: Any) -> Response:
        if key.resource:
            response = self.replay(request, key.resource, *args, **kwargs)
        else:
            response = Response(key.response, status=key.response_status, content_type=problems.MEDIA_TYPE)
        response[REPLAYED] = "true"
        return response

    def _scope(self, request: Request) -> str:
        scope = f"{self.idempotency_caller(request)} {request.path}"
        return scope if len(scope) <= 200 else hashlib.sha256(scope.encode()).hexdigest()


def _given(request: Request) -> str:
    key = request.headers.get(HEADER, "")
    if not key:
        message = f"Send a fresh {HEADER} with this request."
        errors = [FieldError(HEADER, "required", message)]
        raise InvalidInput("idempotency_key_missing", message, errors=errors)
    if not _KEY.match(key):
        message = "Up to 255 visible ASCII characters."
        raise InvalidInput(
            "idempotency_key_invalid", message, errors=[FieldError(HEADER, "invalid", message)]
        )
    return key


def _fingerprint(request: Request) -> str:
    # Of what was understood, not of the bytes: the order of keys and spaces do not make another request.
    body = json.dumps(request.data, sort_keys=True, default=str)
    return hashlib.sha256(f"{request.method} {body}".encode("utf-8", "surrogatepass")).hexdigest()


def _refusal(outcome: Outcome) -> DomainError:
    if outcome.kind is Kind.MISMATCH:
        detail = "This key was used with another body."
        return Unprocessable("idempotency_key_reused", detail, errors=[FieldError(HEADER, "reused", detail)])
    detail = "The first request with this key is still being worked on."
    return Conflict("idempotency_in_flight", detail, retry_after=outcome.retry_after)
