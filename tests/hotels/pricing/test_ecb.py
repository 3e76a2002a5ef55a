"""The bank's list, read strictly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hotels.pricing import ecb
from tests.hotels.pricing.published import BOMB, HEAD, RATES, document


def test_as_published() -> None:
    found = ecb.parse(document().encode())
    assert found.day == date(2026, 11, 20)
    assert found.rates == {code: Decimal(rate) for code, rate in RATES.items()}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not well-formed"),
        ("rates", "not well-formed"),
        (document()[:-30], "not well-formed"),
        (document(head=HEAD + BOMB), "document type"),
        (document(head='<!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "document type"),
        (document(head='<!DOCTYPE e SYSTEM "http://127.0.0.1/e.dtd">'), "document type"),
        (document(USD="&lol;"), "not well-formed"),
        ("<html><body>Maintenance</body></html>", "not the bank's list"),
        (document().replace("www.ecb.int", "www.example.com"), "names no day"),
        (document().replace("www.gesmes.org", "www.example.com"), "not the bank's list"),
        (document(USD=""), "none of USD"),
        (document(USD="0"), "not a rate"),
        (document(USD="-1.16"), "not a rate"),
        (document(USD="1,16"), "not a rate"),
        (document(USD="1e3"), "not a rate"),
        (document(USD="NaN"), "not a rate"),
        (document(USD="1.16123456789"), "not a rate"),
        (document(USD="٣"), "not a rate"),
        (document(EUR="1"), "not a currency"),
        (document(usd="1.16"), "not a currency"),
        (document(EURO="1.16"), "not a currency"),
        (document("20-11-2026"), "not a day"),
        (document("2026-02-30"), "not a day"),
        (document("20261120"), "not a day"),
        (document(extra="<Cube time='2026-11-19'></Cube>"), "more than one day"),
        (document(extra="<Cube time='2026-11-19' mode='x'></Cube>"), "a cube has"),
        (document().replace("rate='1.1612'", "price='1.1612'"), "a cube has"),
        (document().replace("currency='JPY'", "currency='USD'"), "comes twice"),
        (document().replace("rate='0.87'/>", "rate='0.87'><Cube/></Cube>"), "where none belongs"),
        (
            document()
            .replace("\t<Cube>\n", "\t<Rates><Cube>\n")
            .replace("\t</Cube>\n", "\t</Cube></Rates>\n"),
            "cube",
        ),
        (document(**dict.fromkeys(list(RATES)[1:], "")), "has 1 rates"),
        (document(**{f"A{chr(65 + n % 26)}{chr(65 + n // 26)}": "1" for n in range(120)}), "more than 100"),
        (document(extra=" " * ecb.MAX_BYTES), "bytes"),
    ],
)
def test_anything_else_is_refused_whole(text: str, reason: str) -> None:
    with pytest.raises(ecb.Malformed, match=reason):
        ecb.parse(text.encode())
