"""The gateway against localstripe over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bookings.gateways import registry
from bookings.gateways.errors import OutcomeUnknown, Refused, Unavailable
from bookings.gateways.port import ChargeState, Notifying, Order
from bookings.gateways.stripe.gateway import StripeGateway
from faredown.lib import clock
from faredown.lib.money import Money
from tests.bookings.stripe import running
from tests.bookings.stripe.running import Stripe

EUR = "EUR"
FULL = Money.of("123.45", EUR)


def order(token: str, *, payment_id: str = "pay_one", amount: Money = FULL) -> Order:
    return Order(payment_id=payment_id, booking_reference="FD0123456789", amount=amount, token=token)


def test_an_authorisation_is_held_captured_once_and_known_by_our_metadata(
    stripe: Stripe, gateway: StripeGateway
) -> None:
    before = clock.now()
    charge = gateway.authorise(order(stripe.card()))
    assert (charge.state, charge.authorised, charge.captured) == (
        ChargeState.AUTHORISED,
        FULL,
        Money.zero(EUR),
    )
    assert (charge.payment_id, charge.client_secret) == ("pay_one", "")
    kept = stripe.intent(charge.reference)
    assert (kept["amount"], kept["currency"], kept["capture_method"]) == (12345, "eur", "manual")
    assert kept["metadata"] == {"payment_id": "pay_one", "booking": "FD0123456789"}
    created = datetime.fromtimestamp(kept["created"], UTC)
    assert charge.authorised_until == created + timedelta(days=6)
    assert gateway.find("pay_one", since=before) == charge
    assert gateway.find("pay_two", since=before) is None
    assert gateway.find("pay_one", since=before - timedelta(hours=1)) is None

    taken = gateway.capture(charge.reference, amount=FULL, key="pay_one:capture:0")
    assert (taken.state, taken.captured) == (ChargeState.CAPTURED, FULL)
    again = gateway.capture(charge.reference, amount=FULL, key="pay_one:capture:1")
    assert again == taken
    assert gateway.void(charge.reference, key="pay_one:void:0").state is ChargeState.CAPTURED


def test_the_same_payment_is_authorised_once(stripe: Stripe, gateway: StripeGateway) -> None:
    asked = order(stripe.card())
    assert gateway.authorise(asked) == gateway.authorise(asked)
    assert len(stripe.intents()) == 1


def test_a_hold_is_released_once_and_again(stripe: Stripe, gateway: StripeGateway) -> None:
    charge = gateway.authorise(order(stripe.card()))
    assert gateway.void(charge.reference, key="k").state is ChargeState.VOIDED
    assert gateway.void(charge.reference, key="k").state is ChargeState.VOIDED
    first, second = stripe.posts("/cancel")
    assert first["key"].startswith("k:")
    assert first["key"] != second["key"]


def test_a_decline_is_a_charge_with_its_reason(stripe: Stripe, gateway: StripeGateway) -> None:
    charge = gateway.authorise(order(stripe.card("declined")))
    assert (charge.state, charge.failure_code) == (ChargeState.DECLINED, "card_declined")
    assert charge.reference == stripe.intents()[0]["id"]


@pytest.mark.parametrize(
    ("card", "passed", "state", "code"),
    [
        ("challenge", True, ChargeState.AUTHORISED, ""),
        ("challenge", False, ChargeState.DECLINED, "payment_intent_authentication_failure"),
        ("challenge_then_declined", True, ChargeState.DECLINED, "card_declined"),
    ],
)
def test_a_challenge_ends_at_the_guests_bank(
    stripe: Stripe, gateway: StripeGateway, *, card: str, passed: bool, state: ChargeState, code: str
) -> None:
    charge = gateway.authorise(order(stripe.card(card)))
    assert charge.state is ChargeState.REQUIRES_ACTION
    assert charge.client_secret == stripe.intent(charge.reference)["client_secret"]
    assert gateway.resume(charge.reference, token="") == charge
    stripe.challenge(charge.reference, passed=passed)
    ended = gateway.resume(charge.reference, token="")
    assert (ended.state, ended.failure_code) == (state, code)


def test_a_card_may_be_entered_at_stripe_and_another_one_tried(
    stripe: Stripe, gateway: StripeGateway
) -> None:
    charge = gateway.authorise(order(""))
    assert charge.state is ChargeState.REQUIRES_ACTION
    assert charge.client_secret
    stripe.enter_card(charge.reference, "declined")
    assert gateway.read(charge.reference).state is ChargeState.REQUIRES_ACTION
    assert gateway.resume(charge.reference, token=stripe.card()).state is ChargeState.AUTHORISED


def test_a_part_is_captured_and_refunded_in_two_parts(stripe: Stripe, gateway: StripeGateway) -> None:
    charge = gateway.authorise(order(stripe.card()))
    part = Money.of("100.00", EUR)
    assert gateway.capture(charge.reference, amount=part, key="c").captured == part
    first = gateway.refund(charge.reference, amount=Money.of("30.00", EUR), key="rfd_1")
    second = gateway.refund(charge.reference, amount=Money.of("23.45", EUR), key="rfd_2")
    assert first.succeeded
    assert gateway.refund(charge.reference, amount=Money.of("30.00", EUR), key="rfd_1") == first
    assert gateway.find_refund(charge.reference, key="rfd_2") == second
    assert gateway.find_refund(charge.reference, key="rfd_3") is None
    assert gateway.read_refund(first.reference) == first
    (listed,) = gateway.charges_since(clock.now() - timedelta(minutes=1))
    assert (listed.charge.captured, listed.refunded, listed.disputed) == (
        part,
        Money.of("53.45", EUR),
        Money.zero(EUR),
    )


def test_charges_are_listed_page_by_page(
    stripe: Stripe, gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookings.gateways.stripe.client.PAGE", 2)
    card = stripe.card()
    for number in range(5):
        gateway.authorise(order(card, payment_id=f"pay_{number}"))
    since = clock.now() - timedelta(minutes=1)
    listed = [one.charge.payment_id for one in gateway.charges_since(since)]
    assert listed == ["pay_4", "pay_3", "pay_2", "pay_1", "pay_0"]
    assert list(gateway.charges_since(clock.now() + timedelta(minutes=1))) == []


@pytest.mark.parametrize("kind", ["before", "after"])
def test_a_connection_that_breaks_once_is_mended_by_the_same_key(
    stripe: Stripe, gateway: StripeGateway, kind: str
) -> None:
    stripe.faults({"kind": kind, "path": "/v1/payment_intents"})
    assert gateway.authorise(order(stripe.card())).state is ChargeState.AUTHORISED
    assert len(stripe.intents()) == 1
    assert [one["key"] for one in stripe.posts("/v1/payment_intents")] == ["pay_one", "pay_one"]


@pytest.mark.parametrize(("kind", "made"), [("before", 0), ("after", 1)])
def test_without_an_answer_the_outcome_is_unknown_and_found_again(
    stripe: Stripe, gateway: StripeGateway, kind: str, made: int
) -> None:
    before = clock.now()
    stripe.faults({"kind": kind, "path": "/v1/payment_intents", "times": 2})
    with pytest.raises(OutcomeUnknown) as problem:
        gateway.authorise(order(stripe.card()))
    assert problem.value.code == "no_answer"
    assert len(stripe.intents()) == made
    assert (gateway.find("pay_one", since=before) is not None) is bool(made)


@pytest.mark.parametrize(
    ("status", "error", "expected", "code"),
    [
        (400, {"type": "invalid_request_error", "code": "amount_too_small"}, Refused, "amount_too_small"),
        (400, {"type": "idempotency_error"}, OutcomeUnknown, "idempotency_error"),
        (401, {"type": "invalid_request_error"}, Unavailable, "access_denied"),
        (403, {"type": "invalid_request_error"}, Unavailable, "access_denied"),
        (409, {"code": "lock_timeout"}, OutcomeUnknown, "in_progress"),
        (429, {"code": "rate_limit"}, Unavailable, "throttled"),
        (500, {"type": "api_error"}, OutcomeUnknown, "api_error"),
        (503, {}, OutcomeUnknown, "http_503"),
    ],
)
def test_errors_say_whether_something_moved(
    stripe: Stripe,
    gateway: StripeGateway,
    *,
    status: int,
    error: dict[str, str],
    expected: type[Exception],
    code: str,
) -> None:
    stripe.faults({"kind": "answer", "status": status, "error": error, "times": 2})
    with pytest.raises(expected) as problem:
        gateway.authorise(order("pm_card_visa"))
    assert getattr(problem.value, "code", None) == code


def test_a_question_without_an_answer_moved_nothing(stripe: Stripe, gateway: StripeGateway) -> None:
    charge = gateway.authorise(order(stripe.card()))
    stripe.faults({"kind": "before", "method": "GET", "times": 2})
    with pytest.raises(Unavailable):
        gateway.read(charge.reference)


@pytest.mark.parametrize("status", [401, 429])
def test_a_repeat_that_was_not_let_in_says_nothing_about_the_first(
    stripe: Stripe, gateway: StripeGateway, status: int
) -> None:
    charge = gateway.authorise(order(stripe.card()))
    gateway.capture(charge.reference, amount=FULL, key="c")
    stripe.faults(
        {"kind": "after", "path": "/v1/refunds"},
        {"kind": "answer", "path": "/v1/refunds", "status": status, "error": {"code": "not_now"}},
    )
    with pytest.raises(OutcomeUnknown):
        gateway.refund(charge.reference, amount=FULL, key="rfd_1")
    found = gateway.find_refund(charge.reference, key="rfd_1")
    assert found is not None
    assert found.succeeded


def test_a_stripe_that_is_not_there_was_asked_for_nothing(
    stripe: Stripe, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "STRIPE_API_URL", "http://127.0.0.1:9")
    registry.forget()
    with pytest.raises(Unavailable) as problem:
        registry.get("stripe").authorise(order("pm_card_visa"))
    assert problem.value.code == "not_reached"


def test_a_capture_that_is_refused_says_why(stripe: Stripe, gateway: StripeGateway) -> None:
    charge = gateway.authorise(order(stripe.card()))
    stripe.faults(
        {"kind": "answer", "path": "/capture", "status": 402, "error": {"code": "expired_card"}},
        {"kind": "answer", "path": "/capture", "status": 400, "error": {"code": "charge_expired"}},
    )
    for code in ("expired_card", "charge_expired"):
        with pytest.raises(Refused) as problem:
            gateway.capture(charge.reference, amount=FULL, key=code)
        assert problem.value.code == code


def test_a_hold_that_is_gone_is_no_refusal_of_a_capture(stripe: Stripe, gateway: StripeGateway) -> None:
    charge = gateway.authorise(order(stripe.card()))
    stripe.cancel(charge.reference)
    stripe.faults(
        {
            "kind": "answer",
            "path": "/capture",
            "status": 400,
            "error": {"code": "payment_intent_unexpected_state"},
        }
    )
    assert gateway.capture(charge.reference, amount=FULL, key="c").state is ChargeState.VOIDED


@pytest.mark.parametrize(
    ("status", "withdrawn", "state", "gone"),
    [
        ("warning_needs_response", None, "open", "0.00"),
        ("needs_response", True, "open", "123.45"),
        ("won", False, "won", "0.00"),
        ("lost", True, "lost", "123.45"),
    ],
)
def test_a_dispute_says_what_is_gone(
    stripe: Stripe,
    gateway: StripeGateway,
    *,
    status: str,
    withdrawn: bool | None,
    state: str,
    gone: str,
) -> None:
    charge = gateway.authorise(order(stripe.card()))
    gateway.capture(charge.reference, amount=FULL, key="c")
    case = gateway.read_dispute(stripe.dispute(charge.reference, status=status, withdrawn=withdrawn))
    assert (case.charge_reference, case.state, case.amount) == (charge.reference, state, FULL)
    assert case.withdrawn == Money.of(gone, EUR)
    assert case.fee == Money.of("0" if withdrawn is None else "15.00", EUR)
    (listed,) = gateway.charges_since(clock.now() - timedelta(minutes=1))
    assert listed.disputed == case.withdrawn


def test_it_is_the_one_for_guests_and_notifies(stripe: Stripe, gateway: StripeGateway) -> None:
    assert registry.enabled() == ["stripe", "offline"]
    assert isinstance(gateway, Notifying)
    assert not isinstance(registry.get("offline"), Notifying)
    tokens = ("", "pm_card_visa", "ctoken_1abcDEF", "tok_ok", "pm_", "pm_../x", "pi_123456")
    assert [gateway.accepts(token) for token in tokens] == [True, True, True, False, False, False, False]


def test_a_genuine_webhook_is_read_for_its_name_only(gateway: StripeGateway) -> None:
    body = running.webhook("payment_intent.succeeded", "pi_1", status="succeeded", amount=1)
    notice = gateway.notice(body, running.signed(body))
    assert notice is not None
    assert (notice.event_id, notice.about, notice.reference) == ("evt_1", "charge", "pi_1")
