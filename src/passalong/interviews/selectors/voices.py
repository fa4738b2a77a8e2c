"""May what was recorded be used, may it be published? Asked by whoever transcribes, renders, shows or publishes."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from passalong.core import clock
from passalong.interviews.models import ConsentTo, Interview, Voice, VoiceConsent


def given(to: str) -> QuerySet[VoiceConsent]:
    """Consents to this that hold today."""
    holds = Q(expires_on=None) | Q(expires_on__gte=clock.today())
    return VoiceConsent.objects.filter(holds, to=to, revoked_at=None)


def without(interview: Interview, to: str) -> list[Voice]:
    """Voices that have not consented to this, or not any more; in the order they joined."""
    consented = Exists(given(to).filter(voice=OuterRef("pk")))
    return list(Voice.objects.filter(~consented, interview=interview))


def why_not_usable(interview: Interview) -> str:
    """Why nothing recorded counts yet, in one sentence; empty when every voice consented to being recorded."""
    return _why_not(interview, ConsentTo.RECORDING, _("%(names)s has not consented to being recorded."))


def why_not_publishable(interview: Interview) -> str:
    """Why it may not be published, in one sentence; empty when every voice consented to being recorded and released it
    for publication."""
    released = _why_not(interview, ConsentTo.PUBLICATION, _("%(names)s has not released it for publication."))
    return why_not_usable(interview) or released


def _why_not(interview: Interview, to: str, sentence: str) -> str:
    if not Voice.objects.filter(interview=interview).exists():
        return _("Nobody is named as a voice yet.")
    lacking = without(interview, to)
    return sentence % {"names": ", ".join(voice.name for voice in lacking)} if lacking else ""
