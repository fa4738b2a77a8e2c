"""Words to begin with for a mail of three, a letter and a call: the client's own sentences first, nothing invented.

What a client has seen of the practice stands there only if the client said it before; the rest holds for anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from passalong.introductions.models import Introduction, WayKind

LONGEST = {"subject": 200, "words": 4000}


@dataclass(frozen=True, slots=True)
class Start:
    """What the form begins with."""

    subject: str
    words: str


def start(introduction: Introduction, kind: str, *, host: str, said: str) -> Start:
    """For this way. host: who of the practice is met; said: the client's own sentences, empty when there are none."""
    client, friend = introduction.referrer, introduction.prospect
    names = {
        "client": client.full_name if client else "",
        "friend": (friend.first_name or friend.full_name) if friend else "",
        "friend_full": friend.full_name if friend else _("a friend of mine"),
        "host": host,
        "practice": introduction.practice.name,
    }
    made = {WayKind.MAIL: _mail, WayKind.LETTER: _letter, WayKind.CALL: _call}[WayKind(kind)]
    return made(names, said)


def _mail(names: dict[str, str], said: str) -> Start:
    parts = [
        _("Dear %(friend)s, dear %(host)s,") % names,
        _("I would like you to know each other."),
        said,
        _("%(friend)s, %(host)s is the one at %(practice)s I spoke of. %(host)s, %(friend)s said it is fine to write.")
        % names,
        _("I leave the rest to the two of you."),
        names["client"],
    ]
    return Start(_("%(friend_full)s, meet %(host)s") % names, _joined(parts))


def _letter(names: dict[str, str], said: str) -> Start:
    parts = [
        _("Dear %(friend)s,") % names if names["friend"] else _("Dear friend,"),
        said,
        _("I thought of you, and of %(host)s at %(practice)s. You may have no use for it just now, and that is fine.")
        % names,
        _(
            "Nobody there gets in touch with you unless you want it. If you do, tell me, or write to them yourself; "
            "what you talk about stays between you."
        ),
    ]
    return Start("", _joined(parts))


def _call(names: dict[str, str], said: str) -> Start:
    points = [
        _("Give first: ask how they are, and what is on their mind just now. Listen."),
        _("Offer something they can use at once, with nothing asked in return: the kit, an address, a hand."),
        _("Say why you thought of them, in your own words."),
        said,
        _("In one sentence what %(practice)s does. They may have no use for it, and that is fine.") % names,
        _("Ask the first question: is help with this wanted?"),
        _("Ask the second: would they like to hear from %(host)s at %(practice)s?") % names,
        _("Yes: how would they like to be reached, and when? May %(practice)s tell you that they have spoken?") % names,
        _("No, or not now: leave it at that. Nobody asks again."),
    ]
    return Start("", "\n".join(one for one in points if one))


def points(words: str) -> list[str]:
    """The talking points of a call, one a line."""
    return [line.strip() for line in words.splitlines() if line.strip()]


def _joined(parts: list[str]) -> str:
    return "\n\n".join(one for one in parts if one)
