"""What referrers were thanked for and told, where a person is shown, forgotten or merged."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.core.person import Held, Person
from passalong.core.wiping import Trace, wipe_rows
from passalong.introductions.models import Thanks, Told
from passalong.introductions.theirs import of_them


def thanks_of(person: Person) -> QuerySet[Thanks]:
    """What the person was thanked for."""
    found = Thanks.objects.filter(practice=person.practice_id, referrer=person.contact_id)
    return found if person.contact_id else found.none()


def held(person: Person) -> Held:
    """The thank-yous; what was told under somebody's consent stands with the consents."""
    rows = [
        {
            _("On"): date_format(one.at, "DATE_FORMAT"),
            _("What"): one.get_because_display(),
            _("How"): one.get_channel_display(),
            _("State"): one.get_state_display(),
        }
        for one in thanks_of(person)
    ]
    return Held(_("What you were thanked for"), rows, _("To thank you once."))


def forget(person: Person) -> None:
    """Thank-yous to the person, and what was told of them or to them. Before introductions lose the person."""
    thanks_of(person).delete()
    theirs = Q(introduction__in=of_them(person)) | Q(referrer=person.contact_id or 0)
    Told.objects.filter(theirs, practice=person.practice_id).delete()
    wipe_rows(Trace(person), Thanks.objects.filter(practice=person.practice_id), "subject", "text")


def move(practice_id: int, old: int, new: int) -> None:
    """Onto another contact; a thank-you keeps its key, which is the act's."""
    Thanks.objects.filter(practice=practice_id, referrer=old).update(referrer=new)
    Told.objects.filter(practice=practice_id, referrer=old).update(referrer=new)
