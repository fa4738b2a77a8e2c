"""What makes two spellings the same: folded names, mail addresses, phones, profile pages, organization names."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from urllib.parse import urlsplit

_LEGAL = re.compile(
    r"[\s,]+(?:inc|incorporated|llc|l\.l\.c|llp|lp|ltd|limited|plc|corp|corporation|co|company|gmbh|ag|kg|sa|s\.a|"
    r"sarl|srl|bv|b\.v|nv|oy|ab|as|aps|pty|pllc|pc|p\.c)\.?$"
)
_NOT_WORD = re.compile(r"[^\w]+")
_MONTH_YEAR = re.compile(r"^(0?[1-9]|1[0-2])[/.\- ](\d{4})$")
_YEAR_MONTH = re.compile(r"^(\d{4})[/.\-](\d{1,2})(?:[/.\-](\d{1,2}))?$")
_PARTIAL_DATE = re.compile(r"^(?:1[6-9]|2[01])\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$")


def fold(text: str) -> str:
    """Lower case without accents and punctuation, single blanks: what search and sorting compare."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(ch for ch in plain if not unicodedata.combining(ch))
    return _NOT_WORD.sub(" ", letters).strip()


def organization_key(name: str) -> str:
    """An organization's name without legal form: “Acme, Inc.” and “ACME” share one."""
    lowered = name.casefold().strip()
    shorter = _LEGAL.sub("", lowered)
    return fold(shorter or lowered)[:200]


def email_key(address: str) -> str:
    """A mail address as compared; empty when it is none."""
    address = address.strip().strip("<>").casefold()
    return address if re.fullmatch(r"[^@\s]{1,64}@[^@\s]{3,255}", address) else ""


def phone_key(number: str, country: str) -> str:
    """A phone number in E.164 as read in `country` (two letters); bare digits when it is not a valid number."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.is_possible_number(parsed):
        return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    digits = re.sub(r"\D", "", number)
    return digits if len(digits) >= 6 else ""


def url_key(url: str) -> str:
    """A profile address without scheme, www, query and trailing slash; empty when it names no page of the web."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
    except ValueError:
        return ""
    if parts.scheme.casefold() not in ("", "http", "https"):
        return ""
    host = parts.netloc.casefold().removeprefix("www.")
    path = parts.path.rstrip("/")
    return f"{host}{path}".casefold()[:320] if host and path else ""


def is_partial_date(text: str) -> bool:
    """Empty, or a year, year-month or date in ISO form."""
    if not text:
        return True
    return bool(_PARTIAL_DATE.match(text)) and (len(text) < 10 or _is_date(text))


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def partial_date(text: str) -> str:
    """A date as people type it, in ISO form where it can be told: “5/2003”, “05.2003” and “2003/05” are 2003-05.

    What cannot be told comes back as it was, to be refused by is_partial_date.
    """
    text = text.strip()
    if found := _MONTH_YEAR.match(text):
        return f"{found[2]}-{int(found[1]):02}"
    if found := _YEAR_MONTH.match(text):
        return "-".join([found[1], *(f"{int(part):02}" for part in found.groups()[1:] if part)])
    return text


def same_name(one: str, other: str) -> bool:
    """Whether two full names do not speak against being one person: an empty one, equal ones, or equal last words
    with first words of which one abbreviates the other (“A. Okafor”, “Ann Okafor”)."""
    a, b = fold(one).split(), fold(other).split()
    if not a or not b or a == b:
        return True
    return a[-1] == b[-1] and (a[0].startswith(b[0]) or b[0].startswith(a[0]))
