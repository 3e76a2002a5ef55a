"""The published OpenAPI files, corrected where the wire is known to differ (REFERENCE section 0), to check bodies by.

The files are not part of this project: `HOTELBEDS_SHARED` names their folder, by default `../shared/hotelbeds`.
"""

import copy
import os
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # the package carries no types
from referencing import Registry
from referencing.jsonschema import DRAFT202012

Schema = dict[str, Any]

_FILES = {
    "booking": "hotel-booking-api-1.0.openapi.yaml",
    "content": "hotel-content-api-1.0.openapi.yaml",
    "cache": "hotel-cache-api-1.0.openapi.yaml",
}


def shared() -> Path:
    default = Path(__file__).resolve().parents[5] / "shared" / "hotelbeds"
    return Path(os.environ.get("HOTELBEDS_SHARED", default))


def sample(name: str) -> Path:
    """A recorded body: `content/boards_2024.response.json`."""
    return shared() / "samples" / name


def problems(api: str, schema: str, body: object) -> list[str]:
    """What is wrong with a body, each with its place; nothing when it fits."""
    found = sorted(
        _validator(api, schema).iter_errors(body), key=lambda error: list(map(str, error.absolute_path))
    )
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in found]


def check(api: str, schema: str, body: object) -> None:
    found = problems(api, schema, body)
    assert not found, f"{len(found)} against {schema}: " + "; ".join(found[:5])


@cache
def properties(api: str, schema: str) -> frozenset[str]:
    """The names a schema knows, for the test that an answer invents none."""
    return frozenset(_document(api)["components"]["schemas"][schema].get("properties", ()))


@cache
def _validator(api: str, schema: str) -> Draft202012Validator:
    document = _document(api)
    if schema not in document["components"]["schemas"]:
        raise LookupError(f"no schema {schema} in the {api} file")
    resource = DRAFT202012.create_resource(document)
    registry = Registry().with_resource("urn:openapi", resource)
    reference = {"$ref": f"urn:openapi#/components/schemas/{schema}"}
    return Draft202012Validator(reference, registry=registry)


@cache
def _document(api: str) -> Schema:
    text = (shared() / "openapi" / _FILES[api]).read_text(encoding="utf-8")
    document: Schema = yaml.load(text, Loader=yaml.CSafeLoader)
    schemas = document["components"]["schemas"]
    if api == "booking":
        _correct_booking(schemas)
    for schema in schemas.values():
        _plain(schema)
    return document


def _plain(schema: object) -> None:
    """What OpenAPI 3.0 says and JSON Schema does not: nullable, and examples that are no part of the contract."""
    if isinstance(schema, list):
        for item in schema:
            _plain(item)
    if not isinstance(schema, dict):
        return
    schema.pop("example", None)
    if schema.pop("nullable", False) and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    for value in schema.values():
        _plain(value)


def _correct_booking(schemas: dict[str, Schema]) -> None:
    """The corrections of REFERENCE section 0, row by row."""
    checked = schemas["checkRateRS"]["properties"]
    checked["hotel"] = checked.pop("hotels")
    for request in ("bookingRQ", "checkRateRQ"):
        _rename_required(schemas[request], "room", "rooms")
    schemas["bookingRQ"]["properties"]["tolerance"]["type"] = ["string", "number"]
    asked = schemas["availabilityRQ"]["properties"]
    asked["reviews"] = asked.pop("review")
    asked["destination"] = {"type": "object", "required": ["code"]}
    _add(schemas["ApiFilter"], packaging="boolean", paymentType="string", hotelPackage="string")
    _add(schemas["ApiRate"], paymentType="string")
    _add(schemas["ApiRateCheckRate"], allotment="integer", childrenAges="string", rateCommentsId="string")
    taxes = schemas["ApiRate"]["properties"]["taxes"]
    schemas["ApiRateCheckRate"]["properties"].setdefault("taxes", copy.deepcopy(taxes))
    _add(schemas["ApiTax"], subType="string")
    _correct_amounts(schemas)
    _add(schemas["ApiBookingsList"], **{"from": "integer", "to": "integer", "total": "integer"})


def _correct_amounts(schemas: dict[str, Schema]) -> None:
    """REFERENCE 4.3: numbers at the booking's level and for the fee, text at the hotel's."""
    for name, schema in schemas.items():
        found = schema.get("properties", {})
        if name.startswith("ApiBooking"):
            for amount in {"totalNet", "totalSellingRate", "pendingAmount"} & set(found):
                found[amount]["type"] = ["number", "string"]
        elif name.startswith("ApiHotel") and "totalNet" in found:
            found["totalNet"]["type"] = "string"
        if "cancellationAmount" in found:
            found["cancellationAmount"]["type"] = "number"


def _add(schema: Schema, **kinds: str) -> None:
    for name, kind in kinds.items():
        schema["properties"].setdefault(name, {"type": kind})


def _rename_required(schema: Schema, old: str, new: str) -> None:
    schema["required"] = [new if name == old else name for name in schema.get("required", ())]
