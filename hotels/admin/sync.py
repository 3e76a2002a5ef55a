from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from unfold.decorators import display

from faredown.lib.backoffice import NOTHING, ReadOnlyAdmin, verb
from hotels.admin import sync_board, sync_verbs
from hotels.models import SyncRun

STATUS_COLOURS = {
    "done": "success",
    "running": "info",
    "paused": "warning",
    "failed": "danger",
    "stopped": "primary",
}
_VERBS_OF = {SyncRun.Status.RUNNING: {"pause", "stop"}, SyncRun.Status.PAUSED: {"resume", "stop"}}


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin[SyncRun]):
    list_display = (
        "__str__",
        "shown_status",
        "scope",
        "progress",
        "started_by_whom",
        "took",
        "started_at",
        "finished_at",
    )
    list_filter = ("status", "kind", "supplier")
    list_select_related = ("destination", "started_by")
    actions_list = ("start",)
    actions_detail = ("pause", "resume", "stop")
    ordering = ("-started_at",)

    class Media:
        js = ("backoffice/sync.js",)
        css: ClassVar[dict[str, tuple[str, ...]]] = {"all": ("backoffice/catalogue.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[SyncRun]:
        return super().get_queryset(request).select_related("destination", "started_by")

    def get_urls(self) -> list[URLPattern]:
        live = self.admin_site.admin_view(self.live)
        return [path("<int:pk>/live/", live, name="hotels_syncrun_live"), *super().get_urls()]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what can be done with a run of this status."""
        run = self.get_object(request, str(object_id))
        offered = _VERBS_OF.get(SyncRun.Status(run.status), set()) if run else set()
        actions: list[Any] = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        return [action for action in actions if action.path in offered]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page itself asks for the board, so only once Django has found that this person may see the run."""
        context = {
            "board": partial(self._board, request, object_id),
            "live_url": partial(reverse, "admin:hotels_syncrun_live", args=(object_id,)),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    def live(self, request: HttpRequest, pk: int) -> JsonResponse:
        """What the page of an open run asks every few seconds."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = get_object_or_404(SyncRun, pk=pk)
        return JsonResponse(sync_board.board(run), headers={"Cache-Control": "no-store"})

    def has_run_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return bool(request.user.has_perm("hotels.run_sync"))

    @verb(description="Start a sync", icon="play_arrow", permission="run")
    def start(self, request: HttpRequest) -> HttpResponse:
        return sync_verbs.start(request, back=reverse("admin:hotels_syncrun_changelist"))

    @verb(description="Pause", icon="pause", permission="run")
    def pause(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return sync_verbs.pause(request, self.row(request, object_id))

    @verb(description="Resume", icon="play_arrow", permission="run")
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return sync_verbs.resume(request, self.row(request, object_id))

    @verb(description="Stop", icon="stop", permission="run")
    def stop(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return sync_verbs.stop(request, self.row(request, object_id))

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def shown_status(self, run: SyncRun) -> tuple[str, str]:
        return run.status, run.get_status_display()

    @admin.display(description="of", ordering="destination__name")
    def scope(self, run: SyncRun) -> str:
        return str(run.destination or "everything")

    @admin.display(description="progress")
    def progress(self, run: SyncRun) -> str:
        return sync_board.summary(run)

    @admin.display(description="started by", ordering="started_by__email")
    def started_by_whom(self, run: SyncRun) -> str:
        return str(run.started_by) if run.started_by else "schedule or command"

    @admin.display(description="took")
    def took(self, run: SyncRun) -> str:
        return sync_board.took(run.finished_at - run.started_at) if run.finished_at else NOTHING

    def _board(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        run = self.get_object(request, object_id)
        return sync_board.board(run) if run else {}
