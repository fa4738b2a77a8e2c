"""The privacy room's part in what is held about a person: what they asked, and their links to ask by."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.core.person import Held, Kept, Person
from passalong.core.wiping import Trace, wipe_rows
from passalong.privacy.models import PrivacyLink, PrivacyRequest

COVERS: tuple[type[Model], ...] = (PrivacyLink, PrivacyRequest)


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
    """Every request, with what came of it."""
    rows: list[dict[str, Any]] = [
        {
            _("On"): date_format(one.created_at, "DATE_FORMAT"),
            _("What you asked"): one.get_kind_display(),
            _("Your words"): " ".join(filter(None, (one.value, one.words))),
            _("What came of it"): one.get_state_display(),
            _("Answer"): one.answer,
        }
        for one in _requests(person).order_by("pk")
    ]
    return [Held(_("What you asked here"), rows, _("To show that your requests were answered."))]


def erase(person: Person) -> list[Kept]:
    """Links go; requests stay as a bare list of kinds, days and results."""
    _links(person).delete()
    _requests(person).update(contact=None, email="", key="", field="", value="", words="", answer="")
    own = PrivacyRequest.objects.filter(practice=person.practice_id)
    wipe_rows(Trace(person), own, "value", "words", "answer")
    return []


def repoint(practice_id: int, old: int, new: int) -> None:
    """Requests and links follow the person."""
    for model in (PrivacyLink, PrivacyRequest):
        model._default_manager.filter(practice=practice_id, contact=old).update(contact=new)
