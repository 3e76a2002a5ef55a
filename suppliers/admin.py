from __future__ import annotations

import ssl
from tempfile import NamedTemporaryFile
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextareaWidget, UnfoldAdminURLInputWidget

from faredown.lib.backoffice import ReadOnlyAdmin, StaffAdmin
from suppliers import registry, standing
from suppliers.models import Call, Credential, Supplier


@admin.register(Supplier)
class SupplierAdmin(StaffAdmin[Supplier]):
    list_display = (
        *("name", "code", "is_enabled", "sells_content", "sells_availability", "sells_booking"),
        "answering",
    )
    list_filter = ("is_enabled",)
    search_fields = ("name", "code")
    readonly_fields = ("created_at", "updated_at", "breakers", "budget")
    fieldsets = (
        (None, {"fields": ("name", "code", "is_enabled")}),
        (_("Right now"), {"fields": ("breakers", "budget")}),
        (_("Asked for"), {"fields": ("sells_content", "sells_availability", "sells_booking")}),
        (_("Limits"), {"fields": ("booking_rate", "content_rate", "daily_quota", "reserve_percent")}),
        (_("Answers kept"), {"fields": ("answer_lives", "stale_seconds")}),
        (
            _("Record and contract"),
            {"fields": ("availability_sample", "settings", "created_at", "updated_at")},
        ),
    )

    @admin.display(description=_("Answering"))
    def answering(self, row: Supplier) -> str:
        return standing.summary(row.code)

    @admin.display(description=_("Operations"))
    def breakers(self, row: Supplier) -> SafeString | str:
        return standing.breakers(row.code)

    @admin.display(description=_("Budget"))
    def budget(self, row: Supplier) -> str:
        return standing.budget(row.code)

    def get_readonly_fields(self, request: HttpRequest, obj: Supplier | None = None) -> tuple[str, ...]:
        return (*self.readonly_fields, "code") if obj else self.readonly_fields

    def save_model(
        self, request: HttpRequest, obj: Supplier, form: forms.ModelForm[Any], change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        registry.forget()


class CredentialForm(forms.ModelForm[Credential]):
    """Secrets go in and never come out: an empty field keeps what is stored."""

    SECRETS: ClassVar = ("api_key", "secret", "client_certificate", "client_key")

    host = forms.URLField(
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text=_("Scheme and host only, for example https://api-mtls.hotelbeds.com"),
    )
    api_key = forms.CharField(required=False, widget=UnfoldAdminPasswordWidget)
    secret = forms.CharField(required=False, widget=UnfoldAdminPasswordWidget)
    client_certificate = forms.CharField(
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget,
        help_text=_("PEM; for hosts that want one."),
    )
    client_key = forms.CharField(
        required=False, strip=False, widget=UnfoldAdminTextareaWidget, help_text=_("PEM, without passphrase.")
    )

    class Meta:
        model = Credential
        exclude: ClassVar = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.SECRETS:
            stored = bool(self.instance.pk and getattr(self.instance, name))
            self.initial[name] = ""
            if stored:
                self.fields[name].widget.attrs["placeholder"] = _("stored; leave empty to keep it")

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"].rstrip("/")
        if urlsplit(host).scheme != "https" and urlsplit(host).hostname not in ("localhost", "127.0.0.1"):
            raise forms.ValidationError(_("Keys travel over https only."))
        return host

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.SECRETS:
            cleaned[name] = cleaned.get(name) or (getattr(self.instance, name) if self.instance.pk else "")
        for name in ("api_key", "secret"):
            if not cleaned[name]:
                self.add_error(name, _("A credential has a key and a secret."))
        self._check_certificate(cleaned["client_certificate"], cleaned["client_key"])
        return cleaned

    def _check_certificate(self, certificate: str, key: str) -> None:
        if not certificate and not key:
            return
        try:
            with NamedTemporaryFile("w") as certificates, NamedTemporaryFile("w") as keys:
                for file, text in ((certificates, certificate), (keys, key)):
                    file.write(text)
                    file.flush()
                ssl.create_default_context().load_cert_chain(certificates.name, keys.name, password="")
        except (ssl.SSLError, OSError, ValueError) as error:
            self.add_error("client_certificate", _("Certificate and key do not work together: %s") % error)


@admin.register(Credential)
class CredentialAdmin(StaffAdmin[Credential]):
    form = CredentialForm
    list_display = ("label", "supplier", "scope", "host", "version", "is_active", "valid_from")
    list_filter = ("supplier", "scope", "is_active")
    search_fields = ("label", "host")
    readonly_fields = ("created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("supplier", "label", "scope", "is_active", "valid_from")}),
        (_("Where"), {"fields": ("host", "version")}),
        (_("Secrets"), {"fields": ("api_key", "secret", "client_certificate", "client_key")}),
        (_("Record"), {"fields": ("created_at", "updated_at")}),
    )

    def save_model(
        self, request: HttpRequest, obj: Credential, form: forms.ModelForm[Any], change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        registry.forget()


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin[Call]):
    """What was said, for reading. Bodies are redacted before they are stored."""

    list_display = (
        "at",
        "supplier",
        "operation",
        "outcome",
        "status",
        "elapsed_ms",
        "booking_reference",
        "token",
    )
    list_filter = ("supplier", "operation", "outcome")
    search_fields = ("booking_reference__exact", "token__exact", "request_id__exact")
    search_help_text = _("Booking reference (ours or theirs), their token, or a request id: the whole of it.")
    date_hierarchy = "at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        return super().get_queryset(request).defer("request_body", "response_body")
