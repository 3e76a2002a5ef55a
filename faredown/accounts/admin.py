from typing import ClassVar

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from faredown.accounts.models import RefreshFamily, Role, User
from faredown.lib.backoffice import ReadOnlyAdmin, StaffAdmin

admin.site.unregister(Group)


@admin.register(User)
class AccountAdmin(UserAdmin[User], StaffAdmin[User]):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "get_full_name", "is_staff", "is_active", "email_confirmed_at", "date_joined")
    list_filter = ("is_staff", "is_active", "groups", "language")
    search_fields = ("email", "first_name", "last_name", "phone", "public_id")
    ordering = ("-date_joined",)
    date_hierarchy = None
    readonly_fields = ("public_id", "date_joined", "last_login", "email_confirmed_at")
    fieldsets = (
        (None, {"fields": ("email", "password", "public_id")}),
        (_("Person"), {"fields": ("first_name", "last_name", "phone", "language", "currency")}),
        (_("What they may do"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Dates"), {"fields": ("date_joined", "email_confirmed_at", "last_login")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("email", "password1", "password2", "is_staff")}),
    )


@admin.register(Role)
class RoleAdmin(GroupAdmin, StaffAdmin[Role]):
    list_display = ("name",)
    filter_horizontal = ("permissions",)


@admin.register(RefreshFamily)
class SignedInDeviceAdmin(ReadOnlyAdmin[RefreshFamily]):
    list_display = ("public_id", "user", "created_at", "expires_at", "revoked_at", "revoked_because", "ip")
    list_filter = ("revoked_because", "created_at")
    search_fields = ("public_id", "user__email", "ip")
    list_select_related: ClassVar = ["user"]
    ordering = ("-created_at",)
