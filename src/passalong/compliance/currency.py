"""In which money a practice counts."""

from __future__ import annotations

OWN = {
    "GB": "GBP",
    "CA": "CAD",
    "CH": "CHF",
    "SE": "SEK",
    "DK": "DKK",
    "NO": "NOK",
    "PL": "PLN",
    "CZ": "CZK",
    "HU": "HUF",
    "RO": "RON",
    "AU": "AUD",
    "NZ": "NZD",
}
_EURO = "AT BE BG HR CY EE FI FR DE GR IE IT LV LT LU MT NL PT SK SI ES"
EURO = frozenset(_EURO.split())


def currency_of(country: str) -> str:
    """The three letters of a country's money; US dollars where it is not known."""
    return "EUR" if country in EURO else OWN.get(country, "USD")
