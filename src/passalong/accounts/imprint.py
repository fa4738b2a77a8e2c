"""What a practice says of itself on what it publishes: place, imprint, colour, checked and brought to one form."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.core.errors import Refused

MOST_LINES, LONGEST = 12, 600  # lines and characters of an imprint
_CODES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV",
    "NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI AS MP",
)
STATES = frozenset(code for line in _CODES for code in line.split())
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u206f\ufeff]")


def check_published(practice: Practice) -> None:
    """Tidy the three fields; raise Refused, naming the field, with what is wrong."""
    practice.region = _region(practice.region, practice.country.strip().upper())
    practice.colour = _colour(practice.colour)
    lines = [line.strip() for line in _UNSEEN.sub("", practice.imprint.replace("\r\n", "\n")).strip().split("\n")]
    if len(lines) > MOST_LINES:
        raise Refused(_("At most %(most)d lines fit here.") % {"most": MOST_LINES}, field="imprint")
    practice.imprint = "\n".join(lines)
    if len(practice.imprint) > LONGEST:
        raise Refused(_("At most %(most)d characters fit here.") % {"most": LONGEST}, field="imprint")


def _region(text: str, country: str) -> str:
    region = text.strip().upper()
    if not re.fullmatch(r"[A-Z0-9]{0,3}", region):
        raise Refused(_("Give its letters, such as CA or NSW, or leave it empty."), field="region")
    if region and country == "US" and region not in STATES:
        raise Refused(_("“%(code)s” is no state. Give its two letters, such as CA.") % {"code": region}, field="region")
    return region


def _colour(text: str) -> str:
    colour = text.strip().lower()
    if colour and not re.fullmatch(r"#?[0-9a-f]{6}", colour):
        raise Refused(_("Give a colour as # and six signs, such as #0e6a62, or leave it empty."), field="colour")
    return f"#{colour.lstrip('#')}" if colour else ""
