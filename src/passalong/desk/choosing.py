"""From a typed name to one person on file."""

from __future__ import annotations

from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.contacts.choosing import SeveralMeant, person_meant
from passalong.contacts.models import Contact
from passalong.core.errors import Refused
from passalong.desk.forms import OtherPersonForm


def chosen_person(practice: Practice, form: OtherPersonForm) -> Contact:
    """The person a valid form means. When several may be meant the form learns the candidates, and Refused says so."""
    text, chosen = form.cleaned_data["other"], form.cleaned_data["other_id"]
    try:
        found = person_meant(practice, text, chosen=chosen, field="other")
    except SeveralMeant as several:
        form.candidates = several.people
        raise
    if found is None:
        raise Refused(_("Nobody on file is called “%(name)s”.") % {"name": text}, field="other")
    return found
