"""The first to see a request: Django reads `Content-Type` while it makes the request object, before any middleware."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Request(WSGIRequest):
    """Text is UTF-8, whatever charset is claimed: an address decoded as `hex` or `idna` fails where nobody catches it.
    `middleware.readable_input` refuses the claim."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            self.content_type, self.content_params = "", {"charset": "unreadable"}


class Handler(WSGIHandler):
    request_class = Request
