"""Columns that several apps need: money in two columns, encrypted text."""

from decimal import Decimal
from typing import Any, Literal, Self, cast, overload

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression

from faredown.lib import crypto
from faredown.lib.money import Money


@overload
def amount_field(
    *, null: Literal[True], **options: Any
) -> "models.DecimalField[Decimal | int | str | None, Decimal | None]": ...
@overload
def amount_field(
    **options: Any,
) -> "models.DecimalField[Decimal | int | str, Decimal]": ...
def amount_field(**options: Any) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(**({"max_digits": 16, "decimal_places": 3} | options))


@overload
def currency_field(*, null: Literal[True], **options: Any) -> "models.CharField[str | None, str | None]": ...
@overload
def currency_field(**options: Any) -> "models.CharField[str, str]": ...
def currency_field(**options: Any) -> "models.CharField[Any, Any]":
    return models.CharField(**({"max_length": 3} | options))


class _Columns(property):
    # A `property`, because Django's model constructor takes properties as arguments: `Line(total=Money.of(1, "EUR"))`.

    def __init__(self, name: str, *, currency: str | None = None) -> None:
        self._amount = f"{name}_amount"
        self._currency = currency or f"{name}_currency"
        super().__init__(self._read, self._write)

    def _read(self, instance: models.Model) -> Money | None:
        amount = getattr(instance, self._amount)
        return None if amount is None else Money.of(amount, getattr(instance, self._currency))

    def _write(self, instance: models.Model, value: Money | None) -> None:
        setattr(instance, self._amount, None if value is None else value.amount)
        # An absent amount leaves a shared or mandatory currency column alone.
        if value is not None:
            setattr(instance, self._currency, value.currency)


class MoneyColumns(_Columns):
    """Reads and writes `<name>_amount` and `<name>_currency` as one Money.

    `currency=` names another column when several amounts of a row share one.
    """

    @overload
    def __get__(self, instance: None, owner: type, /) -> Self: ...
    @overload
    def __get__(self, instance: models.Model, owner: type | None = None, /) -> Money: ...
    def __get__(self, instance: models.Model | None, owner: type | None = None, /) -> Self | Money:
        return cast("Self | Money", super().__get__(instance, owner))

    def __set__(self, instance: models.Model, value: Money, /) -> None:
        super().__set__(instance, value)


class OptionalMoneyColumns(_Columns):
    """As MoneyColumns over a nullable amount column: None stands for "not known"."""

    @overload
    def __get__(self, instance: None, owner: type, /) -> Self: ...
    @overload
    def __get__(self, instance: models.Model, owner: type | None = None, /) -> Money | None: ...
    def __get__(self, instance: models.Model | None, owner: type | None = None, /) -> Self | Money | None:
        return cast("Self | Money | None", super().__get__(instance, owner))

    def __set__(self, instance: models.Model, value: Money | None, /) -> None:
        super().__set__(instance, value)


class EncryptedTextField(models.TextField[str, str]):
    """Text that is stored encrypted. Cannot be searched: keep a `crypto.fingerprint` beside it for that."""

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> str | None:
        return crypto.decrypt(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return crypto.encrypt(prepared) if prepared else prepared
