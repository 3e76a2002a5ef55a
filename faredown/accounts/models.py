"""Who may enter. A user is a key, nothing more; what somebody booked belongs to `bookings.Customer`."""

from typing import Any, ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from faredown.lib import clock, ids


def new_public_id() -> str:
    return ids.public_id("usr")


def new_family_id() -> str:
    return ids.public_id("fam")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Without a password the account cannot be entered until one is set by mail."""
        user = self.model(email=normalised(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        fields |= {"is_staff": True, "is_superuser": True, "email_confirmed_at": clock.now()}
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username or "")


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin):
    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    phone = models.CharField(_("telephone"), max_length=32, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    is_staff = models.BooleanField(_("may enter the backoffice"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    email_confirmed_at = models.DateTimeField(_("e-mail confirmed at"), null=True, blank=True)
    date_joined = models.DateTimeField(_("joined"), default=clock.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_unique"),
        ]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self) -> str:
        return self.first_name or self.email


class RefreshFamily(models.Model):
    """One signed-in device: the chain of refresh tokens that began with one log-in.

    Each token of the chain works once. A second use means that two hold it, and the whole family ends.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_family_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="refresh_families")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.CharField(max_length=24, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "refresh families"
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="accounts_family_expiry")]

    def __str__(self) -> str:
        return self.public_id


class RefreshToken(models.Model):
    """One link of a family; only the digest of its `jti` is kept."""

    family = models.ForeignKey(RefreshFamily, on_delete=models.CASCADE, related_name="tokens")
    jti_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(default=clock.now, editable=False)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.family_id}/{self.pk}"


def normalised(email: str) -> str:
    """As addresses are compared and stored: case does not tell two mailboxes apart in practice."""
    return email.strip().lower()


_IN_AND_OUT = (pghistory.InsertEvent(), pghistory.DeleteEvent())


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), model_name="RoleEvent"
)
class Role(Group):
    """Django's group under the name staff know; a proxy, so that its history can be kept."""

    class Meta:
        proxy = True


@pghistory.track(*_IN_AND_OUT, model_name="UserRoleEvent")
class UserRole(User.groups.through):  # type: ignore[name-defined, misc]  # made by Django at run time
    """Who was given which role, and who lost it."""

    class Meta:
        proxy = True


@pghistory.track(*_IN_AND_OUT, model_name="RolePermissionEvent")
class RolePermission(Group.permissions.through):  # type: ignore[name-defined, misc]  # as above
    class Meta:
        proxy = True
