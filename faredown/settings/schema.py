"""What the OpenAPI document says of itself."""

# Only names the enum in the schema; the statuses themselves are in bookings/states.py.
_BOOKING_STATUSES = (
    "pending confirming confirmed rejected unknown cancelling cancelled completed".split()  # noqa: SIM905
)

SPECTACULAR_SETTINGS = {
    "TITLE": "Faredown API",
    "DESCRIPTION": (
        "Search, quote, book and manage hotel stays.\n\n"
        "Money is `{amount, currency}` with the amount as text; dates are `YYYY-MM-DD`, instants RFC 3339 in UTC. "
        "The slash at the end of a path is optional. Every refusal is an `application/problem+json` document: decide "
        "on its `code`. A field that an operation does not know is refused.\n\n"
        "`Idempotency-Key` makes a repeated POST safe: with the same body it answers with the resource as it is now "
        "and `Idempotent-Replayed: true`, with another body 422, while the first is under way 409. Guests without a "
        "login act with `X-Booking-Token`, told once when they book or mailed by a lookup."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "BookingStatus": [(name, name.capitalize()) for name in _BOOKING_STATUSES],
        "SearchStatus": ["running", "complete"],
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "faredown.schema.add_problems",
    ],
}
