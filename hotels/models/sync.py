from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from faredown.lib import ids
from hotels.models.geography import Destination


def sync_run_public_id() -> str:
    return ids.public_id("syn")


class SyncRun(models.Model):
    """One pass over a supplier's content.

    running <-> paused, running -> done | failed, either -> stopped by staff. A run that dies stays `running`; the next
    one takes its lease over and goes on from `stage` and `position`. `counts` {stage: {seen, written, unchanged}},
    `findings` {kind: {count, samples[]}}, `errors` {kind of supplier error: how often}. A run of one destination
    retires nothing.
    """

    class Kind(models.TextChoices):
        FULL = "full"
        INCREMENTAL = "incremental"
        SWEEP = "sweep"

    class Status(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"
        DONE = "done"
        FAILED = "failed"
        STOPPED = "stopped"

    OPEN = (Status.RUNNING, Status.PAUSED)

    public_id = models.CharField(max_length=40, unique=True, default=sync_run_public_id, editable=False)
    supplier = models.CharField(max_length=30)
    kind = models.CharField(max_length=12, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.RUNNING)
    languages = ArrayField(models.CharField(max_length=12), default=list)
    destination = models.ForeignKey(
        Destination, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    changed_since = models.DateField(null=True, blank=True)
    stage = models.CharField(max_length=30, blank=True)
    position = models.PositiveIntegerField(default=0, help_text="The next record of the stage, from 1.")
    total = models.PositiveIntegerField(default=0, help_text="Records of the stage, as the supplier says.")
    counts: models.JSONField[dict[str, dict[str, int]], dict[str, dict[str, int]]] = models.JSONField(
        default=dict, blank=True
    )
    findings: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    errors: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict, blank=True)
    waits_until = models.DateTimeField(
        null=True, blank=True, help_text="The supplier asked us to wait, or does not answer."
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    lease_token = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    progress_at = models.DateTimeField(auto_now=True)
    left_at = models.DateTimeField(
        null=True, blank=True, help_text="A command gave up waiting and left it; null once somebody goes on."
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    """Why it failed or, until its next step, why it waits."""

    class Meta:
        ordering = ("-started_at",)
        permissions = (("run_sync", "Can start, pause and stop a sync"),)
        constraints = (
            models.CheckConstraint(
                name="sync_run_finished_when_over",
                condition=Q(status__in=("running", "paused"), finished_at__isnull=True)
                | Q(status__in=("done", "failed", "stopped"), finished_at__isnull=False),
            ),
            models.UniqueConstraint(
                "supplier", name="sync_run_one_open", condition=Q(status__in=("running", "paused"))
            ),
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
