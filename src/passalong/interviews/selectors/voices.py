"""May what was recorded be used, may it be published? Asked by whoever transcribes, renders, shows or publishes."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from passalong.compliance.rulebook import ELEMENTS, verdict
from passalong.core import clock
from passalong.interviews.models import ConsentTo, GuestKind, Interview, Voice, VoiceConsent, VoiceRole


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
    for publication, and the form is on file that the practice's profession asks of a client for it."""
    released = _why_not(interview, ConsentTo.PUBLICATION, _("%(names)s has not released it for publication."))
    return why_not_usable(interview) or released or why_not_authorised(interview)


def has_guest(interview: Interview) -> bool:
    """Whether the guest is named as a voice."""
    return Voice.objects.filter(interview=interview, role=VoiceRole.GUEST).exists()


def elements_asked(interview: Interview) -> tuple[str, ...]:
    """What a form signed by the guest must say before a client's words are published here: keys of the rulebook's
    ELEMENTS, as for a testimonial. Nothing is asked of a guest who is no client."""
    if interview.kind != GuestKind.CLIENT:
        return ()
    from_tax = interview.guest is not None and interview.guest.tax_only
    return verdict(interview.practice, "testimonial", facts={"tax_client"} if from_tax else ()).elements


def why_not_authorised(interview: Interview) -> str:
    """What the signed form lacks, in one sentence; empty where none is asked for or nothing is lacking. A form that was
    filed must hold, asked for or not: whoever takes it back wants nothing published."""
    forms = VoiceConsent.objects.filter(_of_guest(interview), to=ConsentTo.AUTHORISATION)
    asked = elements_asked(interview)
    if not asked and not forms.exists():
        return ""
    held = given(ConsentTo.AUTHORISATION).filter(_of_guest(interview)).first()
    if held is None and forms.exists():
        return _("The form the guest signed was taken back, or has ended.")
    if held is None:
        return _("The form your profession asks a client to sign is not on file.")
    lacks = [str(ELEMENTS[key]) for key in asked if not str(held.elements.get(key, "")).strip()]
    return _("The form the guest signed lacks: %(what)s.") % {"what": "; ".join(lacks)} if lacks else ""


def _of_guest(interview: Interview | OuterRef) -> Q:
    return Q(voice__interview=interview, voice__role=VoiceRole.GUEST)


def form_ended(interview: OuterRef) -> Q:
    """Condition on rows: a signed form was filed for their interview, and none holds today."""
    forms = VoiceConsent.objects.filter(_of_guest(interview), to=ConsentTo.AUTHORISATION)
    return Q(Exists(forms)) & ~Q(Exists(given(ConsentTo.AUTHORISATION).filter(_of_guest(interview))))


def _why_not(interview: Interview, to: str, sentence: str) -> str:
    if not has_guest(interview):
        return _("The guest is not named as a voice yet.")
    lacking = without(interview, to)
    return sentence % {"names": ", ".join(voice.name for voice in lacking)} if lacking else ""
