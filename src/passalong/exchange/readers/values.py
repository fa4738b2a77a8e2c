"""Small cleaners: one cell, one address, one phone number. All are linear in the length of the cell."""

from __future__ import annotations

import re

from passalong.exchange.readers import limits
from passalong.exchange.readers.records import Phone

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\ufeff]")
BLANKS = re.compile(r"[^\S\n]+")
FORMULA = re.compile(r"\s*(?:=|@\w+\(|[+-][^|]*\|)")
EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,255}")
MAIL_SPLIT = re.compile(r"\s*(?::::|[;,|\n])\s*|\s+")
EMPTY_WORDS = frozenset({"undefined", "null", "nan", "n/a", "none", "(none)", "-", "--"})


def words(several: str) -> frozenset[str]:
    """Return blank-separated words as a set, for lookup tables."""
    return frozenset(several.split())


def text(value: str) -> str:
    """Return the cell without control characters, outer blanks and runs of blanks; line breaks stay."""
    value = value[: limits.MAX_CELL]
    if value.isascii() and value.isalnum():
        return value
    value = CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return BLANKS.sub(" ", value).strip()


def line(value: str) -> str:
    """Return the cell on one line."""
    return " ".join(text(value).split())


def meaningful(value: str) -> str:
    """Return the cell on one line, empty where it is a program's word for nothing."""
    value = line(value)
    return "" if value.casefold() in EMPTY_WORDS else value


def is_formula(value: str) -> bool:
    """Say whether a spreadsheet would calculate this cell."""
    return bool(FORMULA.match(value))


def email(value: str) -> str:
    """Return a mail address in lower case, or the empty string where the value holds none that looks valid."""
    found = EMAIL.search(value.removeprefix("mailto:"))
    return found.group().strip(".'").lower() if found else ""


def emails(values: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Return distinct addresses in their order, and the parts that are none."""
    good: dict[str, None] = {}
    bad: list[str] = []
    for value in values:
        parts = [value] if "<" in value else [part for part in MAIL_SPLIT.split(value) if part]
        for part in parts:
            address = email(part)
            if address:
                good[address] = None
            elif part.casefold() not in EMPTY_WORDS:
                bad.append(part)
    return tuple(good), bad


def phone(value: str, region: str | None = None) -> Phone | None:
    """Return the number as written, and in E.164 where country code or region makes it certain; None without digits."""
    raw = line(value.removeprefix("tel:").partition(";")[0])
    if not raw:
        return None
    if not any(character.isdigit() for character in raw):
        return Phone(raw)
    return Phone(raw, _e164(raw, region))


def _e164(raw: str, region: str | None) -> str:
    if not region and not raw.lstrip().startswith("+"):
        return ""
    import phonenumbers

    try:
        number = phonenumbers.parse(raw[:64], region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def phones(values: list[str], region: str | None = None) -> tuple[Phone, ...]:
    """Return distinct phone numbers in their order."""
    found = (phone(part, region) for value in values for part in re.split(r"\s*(?::::|[;\n|])\s*", value))
    return tuple(dict.fromkeys(one for one in found if one))
