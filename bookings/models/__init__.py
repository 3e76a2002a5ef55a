from bookings.models.booking import AccessToken, Booking, BookingRoom, Guest
from bookings.models.customer import Customer
from bookings.models.dispute import Dispute, WebhookEvent
from bookings.models.document import Document, DocumentSeries
from bookings.models.ledger import Account, JournalLine, LedgerEntry
from bookings.models.offline import OfflineCharge, OfflineRefund
from bookings.models.payment import Payment, PaymentOperation
from bookings.models.promotion import Promotion
from bookings.models.proof import LedgerDifference, LedgerProof, LedgerSeal
from bookings.models.quote import Quote
from bookings.models.redemption import Redemption
from bookings.models.refund import Refund
from bookings.models.timeline import Attempt, Event, Orphan, StaffTask

__all__ = [
    "AccessToken",
    "Account",
    "Attempt",
    "Booking",
    "BookingRoom",
    "Customer",
    "Dispute",
    "Document",
    "DocumentSeries",
    "Event",
    "Guest",
    "JournalLine",
    "LedgerDifference",
    "LedgerEntry",
    "LedgerProof",
    "LedgerSeal",
    "OfflineCharge",
    "OfflineRefund",
    "Orphan",
    "Payment",
    "PaymentOperation",
    "Promotion",
    "Quote",
    "Redemption",
    "Refund",
    "StaffTask",
    "WebhookEvent",
]
