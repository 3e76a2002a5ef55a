"""Settings of the processes that get killed: those of tests, with a broker, and seconds in place of minutes."""

from faredown.settings.test import *  # noqa: F403

CELERY_TASK_ALWAYS_EAGER = False
CELERY_TASK_EAGER_PROPAGATES = False
BOOKINGS = {
    "wait_seconds": 1,
    "stale_seconds": 4,
    "booking_margin_seconds": 4,
    "absent_minutes": 0,
    "watch_interval_minutes": 0,
    "gateway_deadline_seconds": 5,
    "retry_seconds": 2,
}
