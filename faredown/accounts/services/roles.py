"""What each role of the staff may do. Kept as Django groups, so that the backoffice checks permissions, never names."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from django.contrib.auth.models import Group, Permission
from django.db import transaction

LOOK = ("view",)
WORK = ("view", "change")
KEEP = ("view", "add", "change")
OWN = ("view", "add", "change", "delete")
CANCEL, REFUND = "cancel", "refund"  # bookings.cancel_booking, bookings.refund_payment
RUN = "run"  # hotels.run_sync, bookings.run_proof

APPS = (
    "accounts",
    "audit",
    "messaging",
    "idempotency",
    "suppliers",
    "hotels",
    "bookings",
    "pages",
    "reports",
)


class RoleName(StrEnum):
    ADMINISTRATOR = "Administrator"
    RESERVATIONS = "Reservations"
    FINANCE = "Finance"
    MARKETING = "Marketing"
    CONTENT = "Content"
    SUPPORT = "Support"
    AUDITOR = "Auditor"


PROMOTION, REDEMPTION = "bookings.promotion", "bookings.redemption"
# Role -> app -> actions on every model of it, or one model (`app.model`) -> actions on that one instead. Models that
# nobody may edit (money, audit) say so in their admin.
GRANTS: Mapping[RoleName, Mapping[str, tuple[str, ...]]] = {
    RoleName.ADMINISTRATOR: dict.fromkeys((*APPS, "auth"), (*OWN, CANCEL, REFUND, RUN)),
    RoleName.RESERVATIONS: {
        "bookings": (*KEEP, CANCEL),
        PROMOTION: LOOK,
        "hotels": LOOK,
        "suppliers": LOOK,
        "messaging": WORK,
        "reports": LOOK,
    },
    RoleName.FINANCE: {
        "bookings": (*WORK, REFUND, RUN),  # limits and budgets of promotions, too
        "hotels": LOOK,
        "reports": LOOK,
        "audit": LOOK,
        "messaging": LOOK,
    },
    RoleName.MARKETING: {"pages": OWN, "hotels": WORK, "reports": LOOK, PROMOTION: KEEP, REDEMPTION: LOOK},
    RoleName.CONTENT: {"hotels": (*KEEP, RUN), "pages": OWN, "reports": LOOK},
    RoleName.SUPPORT: {
        "bookings": (*WORK, CANCEL),
        PROMOTION: LOOK,
        "hotels": LOOK,
        "messaging": WORK,
        "accounts": LOOK,
    },
    RoleName.AUDITOR: dict.fromkeys((*APPS, "auth"), LOOK),
}


@transaction.atomic
def seed() -> dict[str, Group]:
    """Make the roles, or bring them back to what is written here. What staff named themselves is left alone."""
    known = list(Permission.objects.select_related("content_type"))
    seeded = {}
    for role, grants in GRANTS.items():
        group, _ = Group.objects.get_or_create(name=role.value)
        group.permissions.set(list(_granted(known, grants)))
        seeded[role.value] = group
    return seeded


def _granted(known: list[Permission], grants: Mapping[str, tuple[str, ...]]) -> Iterator[Permission]:
    for permission in known:
        action = permission.codename.partition("_")[0]
        kind = permission.content_type
        of_app = grants.get(kind.app_label, ())
        if action in grants.get(f"{kind.app_label}.{kind.model}", of_app):
            yield permission
