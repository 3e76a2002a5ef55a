from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateTimeFilter

from faredown.lib.backoffice import NOTHING, ReadOnlyAdmin
from faredown.messaging.models import OutboxMessage
from faredown.messaging.services import delivery


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin[OutboxMessage]):
    """What was written to whom, as the reader sees it."""

    actions = ("send_again",)
    list_display = ("created_at", "kind", "to", "subject", "status", "attempts", "related_reference")
    list_filter = ("status", "kind", ("created_at", RangeDateTimeFilter), "channel", "language")
    search_fields = ("to", "subject", "related_reference", "public_id")
    fields = (
        ("status", "kind", "channel"),
        ("to", "language", "related_reference"),
        "subject",
        "letter",
        "body_text",
        "files",
        ("created_at", "sent_at", "attempts", "next_attempt_at"),
        "last_error",
        ("public_id", "dedupe_key"),
    )
    readonly_fields = ("letter", "files")

    @admin.action(description="Send again", permissions=["send"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[OutboxMessage]) -> None:
        count = sum(delivery.retry(message.pk) for message in chosen)
        messages.info(request, f"{count} given up before will be tried again.")

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("messaging.change_outboxmessage")

    @admin.display(description="letter")
    def letter(self, message: OutboxMessage) -> SafeString | str:
        if not message.body_html:
            return NOTHING
        # Sandboxed: what a guest typed is shown to staff here, and must not run.
        frame = (
            '<iframe sandbox srcdoc="{}" style="width:100%;height:36rem;border:0;background:#fff"></iframe>'
        )
        return format_html(frame, message.body_html)

    @admin.display(description="files")
    def files(self, message: OutboxMessage) -> SafeString | str:
        link = '<a download="{}" href="data:{};base64,{}">{}</a>'
        rows = (
            (file["name"], file["media_type"], file["base64"], file["name"]) for file in message.attachments
        )
        return format_html_join(", ", link, rows) or NOTHING
