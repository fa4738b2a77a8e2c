"""From a typed name to one person on file."""

from __future__ import annotations

from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts import selectors as contacts
from passalong.contacts.models import Contact
from passalong.core.errors import Refused
from passalong.desk.forms import OtherPersonForm


def chosen_person(practice: Practice, form: OtherPersonForm) -> Contact:
    """The person a valid form means. When several may be meant the form learns the candidates, and Refused says so."""
    text = form.cleaned_data["other"]
    found = contacts.people_meant(practice, text)
    named = [person for person in found if person.public_id == form.cleaned_data["other_id"]]
    found = named or found
    if len(found) == 1:
        return found[0]
    form.candidates = found
    if found:
        raise Refused(_("Several people are meant by “%(name)s”: choose one.") % {"name": text}, field="other")
    raise Refused(_("Nobody on file is called “%(name)s”.") % {"name": text}, field="other")
