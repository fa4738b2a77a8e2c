"""Towns and streets as groups of people: house numbers off, usual abbreviations written out."""

from __future__ import annotations

import re

_UNIT = re.compile(r"\b(?:apt|apartment|unit|suite|ste|floor|fl|room|rm|flat|#)\b.*$|#.*$", re.IGNORECASE)
_BOX = re.compile(r"\b(?:p\.? ?o\.? ?box|post office box|postfach|bp)\b", re.IGNORECASE)
_FRONT_NUMBER = re.compile(r"^(?:no\.? ?)?\d+[\w/-]*\s+", re.IGNORECASE)
_BACK_NUMBER = re.compile(r"\s+\d+\s?[a-z]?(?:\s?[-/]\s?\d+\s?[a-z]?)?$", re.IGNORECASE)
_SHORT = {
    "st": "Street", "ave": "Avenue", "av": "Avenue", "rd": "Road", "dr": "Drive", "ln": "Lane", "blvd": "Boulevard",
    "ct": "Court", "pl": "Place", "sq": "Square", "ter": "Terrace", "pkwy": "Parkway", "hwy": "Highway",
    "cir": "Circle",
}  # fmt: skip


def street(line: str, town: str) -> str:
    """“12 Elm St, Apt 4” in Salem is “Elm Street, Salem”; empty where no street can be told, or no town."""
    first = line.split("\n")[0].split(",")[0].strip()
    if not town or _BOX.search(first):
        return ""
    name = _BACK_NUMBER.sub("", _FRONT_NUMBER.sub("", _UNIT.sub("", first).strip())).strip(" .,-")
    name = re.sub(r"(?i)str\.?$", "straße" if name[-4:].islower() else "Straße", name) if _is_german(name) else name
    *front, last = name.split() or [""]
    name = " ".join([*front, _SHORT.get(last.rstrip(".").casefold(), last)])
    return f"{name}, {town}" if sum(ch.isalpha() for ch in name) >= 3 else ""


def _is_german(name: str) -> bool:
    return bool(re.search(r"(?i)\wstr\.?$|\sstr\.?$", name))


def town(city: str) -> str:
    """The town's name alone: “Salem, OR 97301” is “Salem”."""
    name = re.sub(r"\s+\d[\d -]*$", "", city.split(",")[0]).strip()
    return name if any(ch.isalpha() for ch in name) else ""
