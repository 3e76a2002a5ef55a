from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.decorators import display

from faredown.lib.backoffice import ReadOnlyAdmin, facts
from hotels.models import SyncRun


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin[SyncRun]):
    list_display = (
        "__str__",
        "supplier",
        "kind",
        "shown_status",
        "stage",
        "progress",
        "started_at",
        "finished_at",
    )
    list_filter = ("status", "kind", "supplier")
    readonly_fields: ClassVar[tuple[str, ...]] = ("shown_counts", "shown_findings")
    exclude = ("counts", "findings", "lease_token")

    @display(description="status", label={"done": "success", "running": "info", "failed": "danger"})
    def shown_status(self, run: SyncRun) -> tuple[str, str]:
        return run.status, run.get_status_display()

    @admin.display(description="progress")
    def progress(self, run: SyncRun) -> str:
        return f"{min(run.position, run.total)} of {run.total}" if run.total else ""

    @admin.display(description="counts")
    def shown_counts(self, run: SyncRun) -> SafeString | str:
        return facts(run.counts)

    @admin.display(description="refused records")
    def shown_findings(self, run: SyncRun) -> SafeString | str:
        return facts(run.findings)
