"""Calls of API v1 as a test makes them, and what a problem document tells."""

import json
from typing import Any

from django.test import Client

V1 = "/api/v1/"


def sent(client: Client, path: str, body: Any, **headers: str) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(f"{V1}{path}", raw, content_type="application/json", headers=headers)


def told(answer: Any) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, code and the (field, code) of every refused field of a problem document."""
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "status", "detail", "code", "request_id"} <= problem.keys()
    assert problem["status"] == answer.status_code
    assert problem["request_id"] == answer["X-Request-ID"]
    fields = [(error["field"], error["code"]) for error in problem.get("errors", [])]
    return answer.status_code, problem["code"], fields
