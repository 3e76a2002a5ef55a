from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Figures for staff, read from what the other apps keep. Nobody imports it."""

    name = "reports"
