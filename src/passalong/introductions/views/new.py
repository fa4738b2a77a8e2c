"""Open an introduction by hand: which client, whom, how far it has come."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.compliance.selectors import keeps_business_only
from passalong.contacts.choosing import SeveralMeant, person_meant
from passalong.contacts.lookups import person_or_404
from passalong.contacts.models import Contact
from passalong.contacts.selectors import namesakes
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.introductions.forms_new import NewForm
from passalong.introductions.models import Introduction
from passalong.introductions.services.starting import start


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest) -> HttpResponse:
    """The form, begun with ?client= or ?person= by public id; a POST opens the introduction."""
    european = keeps_business_only(request.member.practice)
    form = NewForm(request.POST or None, is_european=european, initial=_begun(request))
    if request.method == "POST" and form.is_valid():
        try:
            client = _client(request, form)
            found = _start(request, form, client)
        except SeveralMeant as several:
            form.meant[several.field or ""] = several.people
            show_refusal(form, several)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _said(client, found))
            return redirect("introductions:one", found.public_id)
    context = {"form": form, "meant": form.meant}
    return render(request, "introductions/new.html", context, status=422 if form.errors else 200)


def _begun(request: MemberRequest) -> dict[str, str]:
    """Client and person as named in the address, for a form that nobody has filled yet."""
    said: dict[str, str] = {}
    for name, field in (("client", "referrer"), ("person", "prospect")):
        if public_id := request.GET.get(name):
            person = person_or_404(request.member.practice, public_id)
            said |= {field: person.full_name, f"{field}_id": person.public_id}
    return said


def _start(request: MemberRequest, form: NewForm, client: Contact) -> Introduction:
    said = form.cleaned_data
    return start(
        by=request.member,
        referrer=client,
        prospect=_person(request, form),
        full_name=said["prospect"],
        **{name: said[name] for name in ("act", "relation", "note")},
    )


def _client(request: MemberRequest, form: NewForm) -> Contact:
    text, chosen = form.cleaned_data["referrer"], form.cleaned_data["referrer_id"]
    if (found := person_meant(request.member.practice, text, chosen=chosen, field="referrer")) is None:
        raise Refused(_("Nobody on file is called “%(name)s”.") % {"name": text}, field="referrer")
    return found


def _person(request: MemberRequest, form: NewForm) -> Contact | None:
    """Whom; None for a name that is on file nowhere. A namesake on file is shown before somebody new is noted."""
    practice, text, chosen = request.member.practice, form.cleaned_data["prospect"], form.cleaned_data["prospect_id"]
    if form.cleaned_data["is_new"] and not chosen:
        if not request.POST.get("anyway") and (same := list(namesakes(practice, text)[:8])):
            raise SeveralMeant(text, "prospect", same)
        return None
    if (found := person_meant(practice, text, chosen=chosen, field="prospect")) is None:
        words = _("Nobody on file is called “%(name)s”. If the client said this name, tick the box below.")
        raise Refused(words % {"name": text}, field="prospect")
    return found


def _said(client: Contact, found: Introduction) -> str:
    if found.referrer is not None and found.referrer != client:
        words = _("Noted. %(first)s introduces them already; %(name)s stands beside.")
        return words % {"first": found.referrer, "name": client}
    if found.prospect is None:
        return _("Noted. The name is not kept; their own answer makes it known again.")
    return _("Noted.")
