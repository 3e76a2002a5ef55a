"""Rules as staff fill them in: what has few values is ticked, codes are typed with commas."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from hotels.models import MarkupRule, TaxRule
from hotels.models.codes import iso_country
from hotels.models.pricing import CHANNELS, USER_TYPES, WEEKDAYS


def ticks(
    choices: Iterable[tuple[Any, str]], *, of: Callable[[Any], Any] = str, help_text: str = ""
) -> forms.Field:
    return forms.TypedMultipleChoiceField(
        choices=list(choices),
        coerce=of,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=help_text or "None ticked: all.",
    )


class Codes(SimpleArrayField):
    """Upper case, spaces around commas forgiven, each code once."""

    def __init__(self, *, length: int, validator: Any = None, help_text: str = "") -> None:
        validators = [validator] if validator else []
        super().__init__(
            forms.CharField(max_length=length, validators=validators),
            required=False,
            widget=UnfoldAdminTextInputWidget,
            help_text=help_text,
        )

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = ",".join(part.strip().upper() for part in value.split(",") if part.strip())
        return list(dict.fromkeys(super().to_python(value) or ()))


class MarkupRuleForm(forms.ModelForm[MarkupRule]):
    chains = Codes(length=20, help_text="The supplier's codes of hotel chains, with commas.")
    boards = Codes(length=20, help_text="The supplier's codes of boards, with commas: RO, BB.")
    residencies = Codes(
        length=2, validator=iso_country, help_text="Where guests live, two letters, with commas."
    )
    weekdays = ticks(WEEKDAYS, of=int, help_text="Of check-in. None ticked: all.")
    channels = ticks(CHANNELS)
    user_types = ticks(USER_TYPES)

    class Meta:
        model = MarkupRule
        exclude: ClassVar[tuple[str, ...]] = ()


class TaxRuleForm(forms.ModelForm[TaxRule]):
    residencies = Codes(
        length=2, validator=iso_country, help_text="Where guests live, two letters, with commas."
    )
    user_types = ticks(USER_TYPES)

    class Meta:
        model = TaxRule
        exclude: ClassVar[tuple[str, ...]] = ()
