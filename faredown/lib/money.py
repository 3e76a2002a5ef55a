"""One Money for the whole house. Pure: Decimal and nothing else.

Amounts keep every digit they are given; `rounded()` is the one place where digits are dropped, once, at a total.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Self

# ISO 4217 minor units, where they are not 2. Units of account (CLF, UYW) are not sold in.
_WITHOUT_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_WITH_THREE = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = dict.fromkeys(_WITHOUT_DIGITS.split(), 0) | dict.fromkeys(_WITH_THREE.split(), 3)

_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_LARGEST_EXPONENT = 15  # refuses "1E+999999", which would otherwise eat memory when written out


class CurrencyMismatch(ValueError):
    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"{left} and {right} do not mix without an exchange rate")


def exponent(currency: str) -> int:
    """Digits after the point: JPY 0, EUR 2, KWD 3."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"an amount is a Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite() or self.amount.adjusted() > _LARGEST_EXPONENT:
            raise ValueError("an amount is a finite number of plausible size")
        if not _CURRENCY.match(self.currency):
            raise ValueError(f"{self.currency!r} is not an ISO 4217 code")

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Self:
        if isinstance(amount, bool) or not isinstance(amount, Decimal | int | str):
            raise TypeError(f"an amount is a Decimal, int or str, not {type(amount).__name__}")
        try:
            return cls(Decimal(amount), currency)
        except InvalidOperation:
            raise ValueError(f"{amount!r} is not an amount") from None

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(Decimal(0), currency)

    @classmethod
    def from_minor(cls, units: int, currency: str) -> Self:
        return cls(Decimal(units).scaleb(-exponent(currency)), currency)

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> Self:
        match value:
            case {"amount": str(amount), "currency": str(currency)}:
                return cls.of(amount, currency)
        raise ValueError("money is written as {'amount': '12.30', 'currency': 'EUR'}")

    def as_json(self) -> dict[str, str]:
        """Exactly the currency's digits: `{"amount": "123.45", "currency": "EUR"}`."""
        return {"amount": f"{self.rounded().amount:f}", "currency": self.currency}

    def minor_units(self) -> int:
        """What payment providers ask for. Refuses to round: round first, so that both sides see the same amount."""
        units = self.amount.scaleb(exponent(self.currency))
        if units != units.to_integral_value():
            raise ValueError(f"{self} is not a whole number of minor units")
        return int(units)

    def rounded(self, rounding: str = ROUND_HALF_UP) -> Self:
        unit = Decimal(1).scaleb(-exponent(self.currency))
        return type(self)(self.amount.quantize(unit, rounding=rounding), self.currency)

    def allocate(self, weights: Sequence[int | Decimal]) -> list[Self]:
        """Split in proportion to `weights`; the parts add up to this amount exactly.

        Shares are cut to the currency's digits and what is left goes to the heaviest line (the first of equals).
        """
        if not weights or any(weight < 0 for weight in weights):
            raise ValueError("allocation needs weights, none of them negative")
        total = sum(map(Decimal, weights), Decimal(0))
        parts = [
            (self * Decimal(weight) / total).rounded(ROUND_DOWN) if total else self.zero(self.currency)
            for weight in weights
        ]
        heaviest = max(range(len(weights)), key=lambda index: (weights[index], -index))
        parts[heaviest] += self - sum(parts, self.zero(self.currency))
        return parts

    def __add__(self, other: Self) -> Self:
        return type(self)(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.amount - self._same(other), self.currency)

    def __mul__(self, factor: int | Decimal) -> Self:
        return type(self)(self.amount * _factor(factor), self.currency)

    __rmul__ = __mul__

    def __truediv__(self, divisor: int | Decimal) -> Self:
        return type(self)(self.amount / _factor(divisor), self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.amount, self.currency)

    def __abs__(self) -> Self:
        return type(self)(abs(self.amount), self.currency)

    def __lt__(self, other: Self) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Self) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Self) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Self) -> bool:
        return self.amount >= self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def _same(self, other: Self) -> Decimal:
        if not isinstance(other, Money):
            raise TypeError(f"Money and {type(other).__name__} do not mix")
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.amount


def _factor(value: int | Decimal) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError(f"money is multiplied and divided by int or Decimal, not {type(value).__name__}")
    return Decimal(value)
