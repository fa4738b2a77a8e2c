"""The privacy room's part in what is held about a person: what they asked, and their links to ask by."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Model, Q, QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from passalong.core import blobs, clock
from passalong.core.person import Held, Kept, Person
from passalong.core.wiping import Trace, wipe_rows
from passalong.privacy.models import (
    Assessment,
    BalancingNote,
    Notice,
    NoticeWay,
    PrivacyLink,
    PrivacyRequest,
    RequestState,
)

COVERS: tuple[type[Model], ...] = (PrivacyLink, PrivacyRequest, Notice, BalancingNote, Assessment)

HOW: dict[str, Promise] = {  # where the desk's words would be wrong in the person's eyes
    NoticeWay.KNOWN: __("the practice holds that you knew already"),
    NoticeWay.EXEMPT: __("the practice holds that it need not tell you"),
    NoticeWay.OWN_REQUEST: __("you asked yourself"),
}


def _requests(person: Person) -> QuerySet[PrivacyRequest]:
    whose = Q(key__in=[key for key in person.keys if key])
    if person.contact_id:
        whose |= Q(contact=person.contact_id)
    return PrivacyRequest.objects.filter(whose, practice=person.practice_id)


def _links(person: Person) -> QuerySet[PrivacyLink]:
    whose = Q(key__in=[key for key in person.keys if key])
    if person.contact_id:
        whose |= Q(contact=person.contact_id)
    return PrivacyLink.objects.filter(whose, practice=person.practice_id)


def held_about(person: Person) -> list[Held]:
    """Every request with what came of it, and whether the person was told of being on file."""
    rows: list[dict[str, Any]] = [
        {
            _("On"): date_format(one.created_at, "DATE_FORMAT"),
            _("What you asked"): one.get_kind_display(),
            _("Your words"): " ".join(filter(None, (one.value, one.words))),
            _("What came of it"): _("waits for the practice") if one.is_open else one.get_state_display(),
            _("Answer"): one.answer,
        }
        for one in _requests(person).order_by("pk")
    ]
    told: list[dict[str, Any]] = [
        {
            _("To be told by"): date_format(one.due_on, "DATE_FORMAT"),
            _("Told on"): date_format(one.given_at, "DATE_FORMAT") if one.given_at else "",
            _("How"): str(HOW.get(one.how, one.get_how_display())),
            _("Why"): one.reason if one.how in (NoticeWay.KNOWN, NoticeWay.EXEMPT) else "",
        }
        for one in Notice.objects.filter(practice=person.practice_id, contact=person.contact_id or 0)
    ]
    return [
        Held(_("What you asked here"), rows, _("To show that your requests were answered.")),
        Held(_("Telling you that you are on file"), told, _("The law asks the practice to tell you.")),
    ]


def erase(person: Person) -> list[Kept]:
    """Links and notices go; requests stay as a bare list of kinds, days and results. None of them waits any more:
    nobody is left to answer."""
    notices = Notice.objects.filter(practice=person.practice_id, contact=person.contact_id or 0)
    texts = [pk for pk in notices.values_list("text_id", flat=True) if pk]
    notices.delete()
    blobs.release(texts)
    _links(person).delete()
    waiting = _requests(person).filter(state=RequestState.WAITING)
    waiting.update(state=RequestState.DONE, decided_at=clock.now())
    _requests(person).update(contact=None, email="", key="", field="", value="", words="", answer="")
    own, trace = {"practice": person.practice_id}, Trace(person)
    wipe_rows(trace, PrivacyRequest.objects.filter(**own), "value", "words", "answer")
    wipe_rows(trace, Notice.objects.filter(**own).exclude(reason=""), "reason")
    wipe_rows(trace, BalancingNote.objects.filter(**own), *BalancingNote.TEXTS)
    wipe_rows(trace, Assessment.objects.filter(**own), "texts")
    return []


def repoint(practice_id: int, old: int, new: int) -> None:
    """Requests, links and the clock follow the person; of two clocks the one that ended counts, else the earlier."""
    clocks = Notice.objects.filter(practice=practice_id, contact__in=(old, new))
    kept = clocks.order_by(F("given_at").asc(nulls_last=True), "due_on", "pk").first()
    if kept is not None:
        clocks.exclude(pk=kept.pk).delete()
        clocks.update(contact=new)
    for model in (PrivacyLink, PrivacyRequest):
        model._default_manager.filter(practice=practice_id, contact=old).update(contact=new)
