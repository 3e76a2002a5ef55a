"""The list of exchange rates as the European Central Bank publishes it, whole or spoilt."""

from __future__ import annotations

RATES = {
    "USD": "1.1612",
    "JPY": "176.11",
    "CZK": "24.1",
    "DKK": "7.4685",
    "GBP": "0.87",
    "HUF": "380.5",
    "PLN": "4.23",
    "SEK": "10.98",
    "CHF": "0.93",
    "TRY": "48.9",
    "INR": "103.2",
}
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
ENVELOPE = (
    '<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
    'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">\n'
    "\t<gesmes:subject>Reference rates</gesmes:subject>\n"
    "\t<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>\n"
)
_LEVELS = (f'<!ENTITY lol{level} "' + f"&lol{level - 1};" * 10 + '">' for level in range(1, 10))
BOMB = f'<!DOCTYPE lolz [<!ENTITY lol0 "lol">{"".join(_LEVELS)}]>'


def document(day: str = "2026-11-20", *, head: str = HEAD, extra: str = "", **changes: str) -> str:
    """As published; an empty rate leaves a currency out."""
    rates = RATES | changes
    cubes = "".join(
        f"\t\t\t<Cube currency='{code}' rate='{rate}'/>\n" for code, rate in rates.items() if rate
    )
    day_cube = f"\t\t<Cube time='{day}'>\n{cubes}\t\t</Cube>{extra}\n"
    return f"{head}{ENVELOPE}\t<Cube>\n{day_cube}\t</Cube>\n</gesmes:Envelope>"
