"""Everything the simulator can be told, with one setting for each question REFERENCE section 12 leaves open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`port` 0 takes a free one; without `state_dir` the state lives in memory and dies with the process."""

    host: str = "127.0.0.1"
    port: int = 0
    hotels: int = 2000
    seed: int = 7
    images: int | None = None
    """So many pictures for every hotel; None: as many as each has to show."""
    changed: float = 0.0
    removed: float = 0.0
    added: float = 0.0
    """Shares of the catalogue that changed, went and came on the day of the start (at most 0.035 can come)."""
    state_dir: Path | None = None
    cache_dir: Path | None = None

    api_key: str = "simulator-key"
    secret: str = "simulator-secret"  # noqa: S105  (opens nothing but the simulator)
    signature_tolerance: int = 300
    plain_host: bool = True
    """False: the key is tied to a client certificate, so this plain host refuses the Booking API (403)."""
    qps: int | None = None
    content_qps: int | None = None
    daily_quota: int | None = None
    retry_after: bool = False

    currency: str = "EUR"
    rate_key_ttl: int = 1800
    expired_key_category: str = "INVALID_DATA"
    max_nights: int = 30
    max_rooms: int = 9
    max_hotels: int = 2000
    max_rate_keys: int = 10
    horizon_days: int = 500
    destination_search: bool = True
    empty_hotels_key: bool = False
    """An empty availability answers `{"total": 0}`; True adds an empty `hotels` list."""
    unasked_packaging: bool = False
    tax_breakdown: bool = True
    upselling_always: bool = False
    price_drift_seconds: int = 21600
    recheck_changes: float = 0.0
    """Share of RECHECK rates whose price or policies turn out different at checkrates without any fault."""

    tolerance_percent: float = 2.0
    unique_client_reference: bool = False
    invalid_data_status: int = 400
    second_cancellation_status: int = 409
    simulation_status: str = "CONFIRMED"
    booking_amounts_as_text: bool = False
    repeat_window: int = 900
    """Seconds in which an identical request that met a product error is answered 410; 0 turns it off."""
    list_window_days: int = 92
    list_page: int = 100

    reconfirm_after: int = 3600
    push_url: str | None = None
    push_attempts: int = 5
    push_retry_seconds: float = 60.0
    push_scan_seconds: float = 0.5

    latency: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Operation (or `*`) -> (median, 95th percentile) in milliseconds, log-normal."""
