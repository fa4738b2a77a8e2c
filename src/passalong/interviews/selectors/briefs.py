"""Reads on briefs: by the partner's link, what to begin with, and whether somebody else is named in one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.keys import fold
from passalong.contacts.models import Contact
from passalong.core.ids import digest, is_token
from passalong.interviews.models import Brief, BriefKey, Partner
from passalong.kits.content import Content, Frozen
from passalong.kits.models import Edition, EditionState
from passalong.kits.rendering import markdown

PARTS = ("helps", "recognise", "words", "happens")
LONGEST = 1200  # characters taken over from a kit


def by_token(token: str) -> Brief | None:
    """The newest brief behind a link that works; None for one that ended or never was."""
    if not is_token(token):
        return None
    key = BriefKey.objects.filter(token_digest=digest(token), ended_at=None, partner__ended_at=None)
    partner = key.values("partner")[:1]
    found = Brief.objects.filter(partner__in=partner).select_related("practice").order_by("-number")
    return found.first()


def newest(partner: Partner) -> Brief | None:
    """What the partner's link shows."""
    return Brief.objects.filter(practice=partner.practice_id, partner=partner).select_related("practice").first()


def version(partner: Partner, number: int) -> Brief:
    """One version; raises Brief.DoesNotExist."""
    return Brief.objects.select_related("practice").get(practice=partner.practice_id, partner=partner, number=number)


def has_link(partner: Partner) -> bool:
    """Whether a link is given out and works."""
    return BriefKey.objects.filter(partner=partner, ended_at=None).exists()


def begun(practice: Practice) -> dict[str, str]:
    """What a first brief begins with: whom the newest kit is for, and sentences to be changed."""
    content = _content(practice)
    helps = markdown.line(content.for_whom, 400) if content else ""
    involves = markdown.clean(content.involves) if content else ""
    return {
        "helps": helps or _for_helps(),
        "recognise": _for_recognise(),
        "words": _(
            "“I know somebody who sorts out exactly this. They wrote something short about it. May I send it to you? "
            "Nobody will call you unless you ask for it.”"
        ),
        "happens": (involves[:LONGEST] if involves else "")
        or _(
            "They read first, and nothing else happens. If they want to talk, they say so themselves. We answer within "
            "one working day. You hear from us as far as they allow."
        ),
    }


def _for_helps() -> str:
    return _("We help … (who they are, in what situation).")


def _for_recognise() -> str:
    return _("You hear them say: “…”\nSomething has just changed: …\nIt is not for people who …")


def is_unfinished(text: str) -> bool:
    """Whether a line of what a first brief begins with stands in it as it came, with dots for what nobody wrote yet."""
    asked = {line.strip() for line in "\n".join((_for_helps(), _for_recognise())).split("\n") if "…" in line}
    return any(line.strip() in asked for line in text.split("\n"))


def _content(practice: Practice) -> Content | None:
    live = Edition.objects.filter(practice=practice, state=EditionState.LIVE, kit__archived_at=None)
    found = live.order_by("-pk").values_list("frozen", flat=True).first()
    return Frozen.from_json(found).content if found else None


def named_in(partner: Partner, text: str) -> str:
    """The name of somebody else on file that stands in the text, empty for none."""
    return named_on_file(partner.practice, text, but=partner.contact_id)


def named_on_file(practice: Practice, text: str, *, but: int = 0) -> str:
    """The name of anybody on file but one that stands in the text, empty for none. Two words of a name at least, for
    “Rose” may be a rose; people of the practice itself are not on file."""
    said = f" {fold(text)} "
    names = Contact.objects.filter(practice=practice).exclude(pk=but)
    for name in names.values_list("full_name", flat=True).order_by().iterator():
        folded = fold(name)
        if " " in folded and f" {folded} " in said:
            return name
    return ""
