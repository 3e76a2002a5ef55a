"""What the OpenAPI document says about every operation alike: its language, and how it fails."""

from typing import Any

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem document.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable; what a program decides on."},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {
                        "type": "string",
                        "description": "Dotted path as sent, such as `rooms.0.children_ages`; empty: the body itself.",
                    },
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
    "example": {
        "type": "urn:faredown:problem:invalid_input",
        "title": "The input is not valid",
        "status": 400,
        "detail": "Check-out is after check-in.",
        "code": "invalid_input",
        "request_id": "req_4bT1mQ9hYw2ZrK8cV5nXsE",
        "errors": [
            {
                "field": "check_out",
                "code": "not_after_check_in",
                "message": "Check-out is after check-in.",
            }
        ],
    },
}
_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The language of texts and messages; English where one is missing.",
    "example": "es",
}
_NUMBER = {"schema": {"type": "integer"}}
_LIMITS = {
    "Retry-After": {"description": "Seconds to wait.", **_NUMBER},
    "RateLimit-Limit": _NUMBER,
    "RateLimit-Remaining": _NUMBER,
    "RateLimit-Reset": {"description": "Seconds until the window ends.", **_NUMBER},
}


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Every operation may answer with a problem; none has to repeat it."""
    components = result.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name, schema in schemas.items():
        if name.endswith("Request"):  # how drf-spectacular names what is sent
            schema["additionalProperties"] = False
    schemas["Problem"] = _PROBLEM
    components["parameters"] = {"AcceptLanguage": _LANGUAGE}
    for operations in result.get("paths", {}).values():
        for operation in operations.values():
            _complete(operation)
    return result


def _complete(operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    parameters = operation.setdefault("parameters", [])
    if "requestBody" in operation or any(one["in"] == "query" for one in parameters):
        answers.setdefault("400", _answer("Refused input: `errors` names the fields"))
    if operation["security"] == [{"bearer": []}]:
        answers.setdefault("401", _answer("`not_authenticated`, `token_not_valid`"))
    answers.setdefault("429", {**_answer("`throttled`"), "headers": _LIMITS})
    answers.setdefault("default", _answer("A problem"))
    parameters.append({"$ref": "#/components/parameters/AcceptLanguage"})


def _answer(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}
