from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from faredown.lib import ids


def sync_run_public_id() -> str:
    return ids.public_id("syn")


class SyncRun(models.Model):
    """One pass over a supplier's content.

    running -> done | failed. A run that dies stays `running`; the next one takes its lease over and goes on
    from `stage` and `position`. `counts` {stage: {seen, written, unchanged}}, `findings` {kind: {count, sample[]}}.
    """

    class Kind(models.TextChoices):
        FULL = "full"
        INCREMENTAL = "incremental"

    class Status(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    public_id = models.CharField(max_length=40, unique=True, default=sync_run_public_id, editable=False)
    supplier = models.CharField(max_length=30)
    kind = models.CharField(max_length=12, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.RUNNING)
    languages = ArrayField(models.CharField(max_length=12), default=list)
    changed_since = models.DateField(null=True, blank=True)
    stage = models.CharField(max_length=30, blank=True)
    position = models.PositiveIntegerField(default=0, help_text="The next record of the stage, from 1.")
    total = models.PositiveIntegerField(default=0, help_text="Records of the stage, as the supplier says.")
    counts: models.JSONField[dict[str, dict[str, int]], dict[str, dict[str, int]]] = models.JSONField(
        default=dict, blank=True
    )
    findings: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    lease_token = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    progress_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("-started_at",)
        constraints = (
            models.CheckConstraint(
                name="sync_run_finished_when_over",
                condition=Q(status="running", finished_at__isnull=True)
                | Q(status__in=("done", "failed"), finished_at__isnull=False),
            ),
            models.UniqueConstraint("supplier", name="sync_run_one_running", condition=Q(status="running")),
        )
        indexes = (models.Index(fields=["supplier", "-started_at"], name="sync_run_latest"),)

    def __str__(self) -> str:
        return f"{self.supplier} {self.kind} {self.started_at:%Y-%m-%d %H:%M}"


class SyncSeen(models.Model):
    """A hotel code that a full run met. What no full run meets any more is retired; removed when the run ends."""

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)

    class Meta:
        constraints = (models.UniqueConstraint("run", "code", name="sync_seen_unique"),)

    def __str__(self) -> str:
        return self.code
