"""What arrived: what somebody has to look at first, each message with its original, and the word on whose it is."""

from __future__ import annotations

from django.contrib import messages as said
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts import selectors as contacts
from passalong.contacts.models import Contact
from passalong.core import blobs
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.mail.forms.inbound import WhoseForm
from passalong.mail.models import Inbound, Verdict
from passalong.mail.reading import letter as letters
from passalong.mail.reading import mime
from passalong.mail.selectors import inbound as selectors
from passalong.mail.services import matching, receiving, reviewing

PAGE_SIZE = 50
GROUPS = (
    ("look", gettext_lazy("To look at")),
    ("answers", gettext_lazy("Answers")),
    ("stopped", gettext_lazy("Came back")),
    ("rest", gettext_lazy("All else")),
)
TONES = {
    Verdict.MATCHED: "good",
    Verdict.FORWARDED: "good",
    Verdict.REVIEW: "due",
    Verdict.UNKNOWN: "due",
    Verdict.TOO_BIG: "due",
    Verdict.COMPLAINT: "stop",
    Verdict.BOUNCE: "stop",
}


@member_required
@require_safe
def listed(request: MemberRequest) -> HttpResponse:
    """What arrived, by group, newest first."""
    practice = request.member.practice
    group = request.GET.get("group", "look")
    group = group if group in dict(GROUPS) else "look"
    page = Paginator(selectors.arrived(practice, group), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, tone_of(one), selectors.days_left(one)) for one in page],
        "group": group,
        "filters": [(name, words) for name, words in GROUPS],
        "waiting": selectors.waiting(practice),
    }
    return render(request, "mail/inbound.html", context)


def tone_of(found: Inbound) -> str:
    """The colour of what it is."""
    if found.decision:
        return "good" if found.counts else "quiet"
    return TONES.get(Verdict(found.verdict), "quiet")


def _inbound(request: MemberRequest, public_id: str) -> Inbound:
    return or_404(selectors.inbound, request.member.practice, public_id)


@member_required
@require_safe
def arrived(request: MemberRequest, public_id: str) -> HttpResponse:
    """One message, what is known of it, and the question whose it is."""
    found = _inbound(request, public_id)
    return _shown(request, found, WhoseForm(initial={"person": _proposed(request, found)}), 200)


def _shown(request: MemberRequest, found: Inbound, form: WhoseForm, status: int) -> HttpResponse:
    proposed = found.message.contact if found.message else None
    wish = receiving.is_wish(found)
    context = {"found": found, "form": form, "tone": tone_of(found), "proposed": proposed, "wish": wish}
    return render(request, "mail/arrived.html", context, status=status)


def _proposed(request: MemberRequest, found: Inbound) -> str:
    """Whom it may be from: a proposal in the field, no more."""
    written_to = found.message.contact if found.message else None
    one = written_to or matching.contact_with(request.member.practice, found.sender)
    if one is None:
        return ""
    is_only_one = len(contacts.people_meant(request.member.practice, one.full_name)) == 1
    return one.full_name if is_only_one else one.public_id


@member_required
@require_safe
def original(request: MemberRequest, public_id: str) -> HttpResponse:
    """The whole message as it came: its headers and all its words, as plain text, loading nothing."""
    found = _inbound(request, public_id)
    if found.raw is None:
        raise Http404
    letter = letters.read(blobs.read(found.raw))
    headers = [(name, mime.decode_words(mime.unfold(value))) for name, value in letter.top.headers[:100]]
    return render(request, "mail/original.html", {"found": found, "text": letter.text, "headers": headers})


@member_required
@require_POST
def decide(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say whose it is, or that it is not."""
    found = _inbound(request, public_id)
    word = request.POST.get("word", "")
    form = WhoseForm(request.POST)
    try:
        if word == "accept":
            if not form.is_valid():
                return _shown(request, found, form, 422)
            person = _person(request, form.cleaned_data["person"])
            reviewing.accept(by=request.member, inbound=found, contact=person)
            said.success(request, _("It stands on the page of %(name)s now.") % {"name": person.full_name})
        elif word in ("not", "spam"):
            reviewing.refuse(by=request.member, inbound=found, is_spam=word == "spam")
            said.success(request, _("It was put aside. Nobody is told."))
        else:
            raise Http404
    except Refused as refused:
        form.is_valid()
        show_refusal(form, refused)
        return _shown(request, found, form, 422)
    return redirect("mail:inbound")


def _person(request: MemberRequest, text: str) -> Contact:
    try:
        return contacts.contact_named(request.member.practice, text)
    except Refused as refused:
        raise Refused(refused.message, field="person") from None
