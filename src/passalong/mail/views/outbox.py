"""Writing, looking at what will go, sending, and what became of it."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages as said
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts import selectors as contacts
from passalong.contacts.models import Contact
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.ids import new_public_id
from passalong.core.lookups import or_404
from passalong.mail.forms.outbox import EditForm, WriteForm
from passalong.mail.models import MailPurpose, MailState, Message
from passalong.mail.selectors import outbox as selectors
from passalong.mail.selectors.inbound import troubles
from passalong.mail.services import composing, outbox, restored
from passalong.mail.services.composing import Recipient
from passalong.mail.services.gate import before_writing, judge
from passalong.mail.words import tone_of

PAGE_SIZE = 50
STATE_FILTERS = (
    ("", __("All")),
    ("decide", __("To decide")),
    ("waiting", __("Waiting")),
    ("drafts", __("Drafts")),
    ("sent", __("Sent")),
)


@member_required
@require_safe
def listed(request: MemberRequest) -> HttpResponse:
    """The outbox, latest first."""
    practice = request.member.practice
    group, query = request.GET.get("group", ""), request.GET.get("q", "")[:100]
    page = Paginator(selectors.messages(practice, group=group, query=query), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    counts = selectors.group_counts(practice)
    filters = [(name, words, counts.get(name)) for name, words in STATE_FILTERS]
    context = {
        "page": page,
        "rows": [(one, tone_of(one)) for one in page],
        "group": group,
        "q": query,
        "filters": filters,
        "restored": restored.waiting(practice).count(),
    }
    return render(request, "mail/outbox.html", context)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: MemberRequest, public_id: str) -> HttpResponse:
    """A new message to one person; the next page shows it as it goes."""
    person = _person(request, public_id)
    addresses = selectors.addresses_of(person)
    if request.method != "POST":
        form = WriteForm(addresses=addresses, initial={"key": new_public_id()})
        return _written(request, person, form, 200)
    form = WriteForm(request.POST, addresses=addresses)
    if form.is_valid():
        told = form.cleaned_data
        try:
            message = composing.draft(
                by=request.member,
                practice=request.member.practice,
                purpose=MailPurpose.PERSONAL,
                to=Recipient(told["to"], person.full_name, person),
                subject=told["subject"],
                text=told["text"],
                key=f"desk {request.member.public_id} {told['key']}",
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return redirect("mail:message", message.public_id)
    return _written(request, person, form, 422)


def _person(request: MemberRequest, public_id: str) -> Contact:
    return or_404(contacts.contact, request.member.practice, public_id)


def _written(request: MemberRequest, person: Contact, form: WriteForm, status: int) -> HttpResponse:
    """Who may not be written to is told before anybody thinks of words."""
    gates = [before_writing(person, address) for address in selectors.addresses_of(person)]
    why = gates[0].why if gates and not any(gate.may for gate in gates) else ""
    return render(request, "mail/write.html", {"person": person, "form": form, "why_not": why}, status=status)


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
@member_required
@require_safe
def message(request: MemberRequest, public_id: str) -> HttpResponse:
    """One message: exactly what goes or went, and what can be done about it."""
    found = _found(request, public_id)
    gate = judge(found) if found.state in (MailState.DRAFT, MailState.HELD, MailState.QUEUED) else None
    context = {
        "message": found,
        "tone": tone_of(found),
        "gate": gate,
        "look": selectors.look(found),
        "may_cancel": found.state in (MailState.QUEUED, MailState.DRAFT, MailState.HELD),
        "may_again": composing.may_be_written_again(found),
        "troubles": troubles(found),
    }
    return render(request, "mail/message.html", context)


@member_required
@require_safe
def body(request: MemberRequest, public_id: str) -> HttpResponse:
    """The HTML side for a frame: no script, no form, no request, and no other site may frame it."""
    look = selectors.look(_found(request, public_id))
    answer = HttpResponse(look.html if look else "", content_type="text/html; charset=utf-8")
    answer["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'"
    )
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer["Cache-Control"] = "no-store"
    return answer


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, public_id: str) -> HttpResponse:
    """Other words for a draft."""
    found = _found(request, public_id)
    if found.state != MailState.DRAFT or found.purpose in composing.FIXED:
        return redirect("mail:message", found.public_id)
    form = EditForm(request.POST or None, initial={"subject": found.subject, "text": found.text})
    if request.method == "POST" and form.is_valid():
        try:
            composing.redraft(by=request.member, message=found, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return redirect("mail:message", found.public_id)
    status = 422 if form.is_bound else 200
    return render(request, "mail/edit.html", {"message": found, "form": form}, status=status)


@member_required
@require_POST
def send(request: MemberRequest, public_id: str) -> HttpResponse:
    """Queue it; for a few seconds it can be taken back."""
    found = _found(request, public_id)
    sent = outbox.send(by=request.member, message=found)
    if sent.state == MailState.HELD:
        said.warning(request, _("It did not go. Below stands why."))  # the page says it: once is enough
    elif sent.state == MailState.QUEUED:
        said.success(request, _("It goes in a moment. Until then you can take it back."))
    return redirect("mail:message", found.public_id)


@member_required
@require_POST
def cancel(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take it back."""
    return _act(request, public_id, lambda found: outbox.cancel(by=request.member, message=found), _("Taken back."))


@member_required
@require_POST
def again(request: MemberRequest, public_id: str) -> HttpResponse:
    """One that was taken back is a draft again."""
    words = _("It is a draft again. Nothing goes before you send it.")
    return _act(request, public_id, lambda found: composing.write_again(by=request.member, message=found), words)


@member_required
@require_POST
def let_go(request: MemberRequest) -> HttpResponse:
    """What a restored backup stopped is sent after all."""
    try:
        many = outbox.let_go(by=request.member)
    except Refused as refused:
        said.warning(request, refused.message)
    else:
        words = ngettext("%(n)s message goes in a moment.", "%(n)s messages go in a moment.", many)
        said.success(request, words % {"n": f"{many:,}"})
    return redirect(f"{reverse('mail:outbox')}?group=decide")


@member_required
@require_POST
def settle(request: MemberRequest, public_id: str) -> HttpResponse:
    """What became of one that was cut off: it went out, or it is sent again."""
    went = request.POST.get("went") == "yes"
    words = _("Noted.") if went else _("It goes once more.")
    return _act(request, public_id, lambda found: outbox.settle(by=request.member, message=found, went=went), words)


def _act(request: MemberRequest, public_id: str, act: Callable[[Message], Message], words: str) -> HttpResponse:
    found = _found(request, public_id)
    try:
        act(found)
    except Refused as refused:
        said.warning(request, refused.message)
    else:
        said.success(request, words)
    return redirect("mail:message", found.public_id)


def _found(request: MemberRequest, public_id: str) -> Message:
    return or_404(selectors.message, request.member.practice, public_id)
