"""Where a next step leads: https addresses, mail addresses and phone numbers that can be used as they stand."""

from __future__ import annotations

from urllib.parse import urlsplit

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from passalong.core.errors import Refused
from passalong.kits.content import StepKind

LONGEST = 300  # characters


def clean_target(kind: StepKind, target: str, country: str = "") -> str:
    """The target as it is kept, empty while none is given; raises Refused where it cannot be used.

    country: two letters, by which a phone number without + is read; numbers are kept as +12125550123.
    """
    target = target.strip()
    if not target or kind in (StepKind.TWO_QUESTIONS, StepKind.DOWNLOAD, StepKind.TIMES):
        return ""
    if len(target) > LONGEST:
        raise Refused(_("This is too long."), field=kind.value)
    if kind is StepKind.BOOKING:
        return _booking(target)
    if kind is StepKind.MAIL:
        return _mail(target)
    return _phone(target, country)


def _booking(target: str) -> str:
    try:
        parts = urlsplit(target)
        is_good = parts.scheme == "https" and "." in (parts.hostname or "") and parts.username is None
        _port = parts.port
    except ValueError:
        is_good = False
    if not is_good or not target.isascii() or any(sign in target for sign in " \"'<>\\`{}|^"):
        raise Refused(_("A booking address begins with https:// and has no spaces."), field="booking")
    return target


def _mail(target: str) -> str:
    try:
        validate_email(target)
    except ValidationError:
        raise Refused(_("This is not a mail address."), field="mail") from None
    if any(sign in target for sign in "?&%"):  # they would be read as a part of the mailto: address
        raise Refused(_("This mail address has a sign that mail programs misread."), field="mail")
    return target


def _phone(target: str, country: str) -> str:
    try:
        number = phonenumbers.parse(target, country or None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Refused(_("This is not a phone number. Write it as +1 212 555 0123."), field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
