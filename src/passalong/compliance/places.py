"""Where European data protection law holds: the EU, the European Economic Area and the United Kingdom."""

from __future__ import annotations

EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
EEA = EU | {"IS", "LI", "NO"}
EUROPEAN = EEA | {"GB"}


def is_european(country: str) -> bool:
    """Whether this country (two letters) is in the EU, the EEA or is the United Kingdom."""
    return country.upper() in EUROPEAN
