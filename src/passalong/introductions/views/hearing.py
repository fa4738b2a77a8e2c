"""How one referrer wants to hear, written down at the desk as they say it; and a link to their own page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts.lookups import person_or_404
from passalong.contacts.models import Contact
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.introductions.forms_own import HearingForm
from passalong.introductions.selectors import hearing as selectors
from passalong.introductions.services import hearing as services
from passalong.introductions.services.portal_keys import send_link


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def hearing(request: MemberRequest, public_id: str) -> HttpResponse:
    """The page; a POST chooses, leaves or comes back for them, or mails them a link."""
    person = person_or_404(request.member.practice, public_id)
    shown = selectors.at_desk(person)
    chosen = shown.hearing
    kept = {"channel": chosen.channel, "rhythm": chosen.rhythm, "quiet_until": chosen.quiet_until}
    form = HearingForm(request.POST if request.POST.get("act") == "choose" else None, initial=kept)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        try:
            done = _act(request, person, form)
        except Refused as refused:
            if form.is_bound:
                show_refusal(form, refused)
            else:
                messages.error(request, refused.message)
                return redirect("introductions:hearing", person.public_id)
        else:
            messages.success(request, done)
            return redirect("introductions:hearing", person.public_id)
    context = {"form": form, "person": person, "shown": shown}
    return render(request, "introductions/hearing.html", context, status=422 if form.errors else 200)


def _act(request: MemberRequest, person: Contact, form: HearingForm) -> str:
    """Do what was pressed; the words that say it is done. Raises Refused."""
    act, by = request.POST.get("act", ""), request.member
    if act == "leave":
        services.leave(referrer=person, by=by)
        return _("Nobody asks %(name)s any more.") % {"name": person}
    if act == "return":
        services.return_(referrer=person, by=by)
        return _("%(name)s may be asked again.") % {"name": person}
    if act == "link":
        send_link(referrer=person, by=by)
        return _("A link to their own page is on its way to %(name)s.") % {"name": person}
    if not form.is_bound:
        raise Refused(_("Please choose again. Nothing was changed."))
    services.choose(referrer=person, by=by, **form.cleaned_data)
    return _("Kept.")
