"""Casting calls: the words and three questions, whom to ask, and what came back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts.models import Contact
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.interviews import letters
from passalong.interviews.forms.pipeline import CallForm
from passalong.interviews.models import CastingAsk, CastingCall
from passalong.interviews.selectors import casting as selectors
from passalong.interviews.services import casting

A_PAGE = 50


@member_required
@require_safe
def calls(request: MemberRequest) -> HttpResponse:
    """Every call with what came of it."""
    page = Paginator(selectors.calls(request.member.practice), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "interviews/casting.html", {"page": page})


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest) -> HttpResponse:
    """The words of a call."""
    asked = letters.casting_questions()
    begun = {"title": _("Would you like to be featured?"), "text": letters.casting_text(request.member.practice)}
    begun |= {f"question{at}": one["text"] for at, one in enumerate(asked, 1)}
    form = CallForm(request.POST or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            made = casting.open_call(by=request.member, **form.told)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return redirect("interviews:casting_choose", made.public_id)
    return render(request, "interviews/casting_words.html", {"form": form}, status=422 if form.errors else 200)


@member_required
@require_safe
def call(request: MemberRequest, public_id: str) -> HttpResponse:
    """One call: everybody on it, what they said, and the mail as it goes."""
    found = _own(request, public_id)
    page = Paginator(selectors.asks(found), A_PAGE).get_page(request.GET.get("page"))
    asks = CastingAsk.objects.filter(call=found)
    context: dict[str, Any] = {
        "call": found,
        "page": page,
        "rows": selectors.rows(found, page),
        "waiting": asks.filter(message="", answered_at=None).count(),
        "yes": asks.filter(would=True).count(),
        "written": letters.casting(
            found.practice,
            _("first name"),
            title=found.title,
            text=found.text,
            sender=request.member.user.name,
            page=f"…/cast/{letters.HERE}",
        ),
    }
    return render(request, "interviews/casting_call.html", context)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: MemberRequest, public_id: str) -> HttpResponse:
    """Other words, while nobody has got them."""
    found = _own(request, public_id)
    begun = {"title": found.title, "text": found.text}
    begun |= {f"question{at}": one["text"] for at, one in enumerate(found.questions, 1)}
    form = CallForm(request.POST or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            casting.change(by=request.member, call=found, **form.told)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return redirect("interviews:casting_call", public_id)
    context = {"form": form, "call": found}
    return render(request, "interviews/casting_words.html", context, status=422 if form.errors else 200)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: MemberRequest, public_id: str) -> HttpResponse:
    """Clients who may be asked, a page at a time; those ticked come on the call."""
    found = _own(request, public_id)
    query = request.GET.get("q", "")[:200]
    if request.method == "POST":
        ticked = request.POST.getlist("client")[: 2 * A_PAGE]
        people = Contact.objects.filter(practice=request.member.practice, public_id__in=ticked)
        try:
            many = casting.choose(by=request.member, call=found, clients=people)
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            said = ngettext("%(many)d client is on the call.", "%(many)d clients are on the call.", many)
            messages.success(request, said % {"many": many})
        return redirect(request.get_full_path())
    page = Paginator(selectors.candidates(request.member.practice, found, query), A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"call": found, "page": page, "q": query, "many": found.asks.count(), "most": casting.MOST}
    return render(request, "interviews/casting_choose.html", context)


@member_required
@require_POST
def act(request: MemberRequest, public_id: str) -> HttpResponse:
    """Send to those who wait, take somebody off, or end the call."""
    found = _own(request, public_id)
    pressed = request.POST.get("act")
    try:
        if pressed == "send":
            _sent(request, found)
        elif pressed == "leave_out":
            casting.leave_out(by=request.member, ask=selectors.ask(found, request.POST.get("ask", "")))
        elif pressed == "end":
            casting.end(by=request.member, call=found)
        else:
            raise Refused(_("Please choose again. Nothing was changed."))
    except CastingAsk.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("interviews:casting_call", public_id)


def _sent(request: MemberRequest, found: CastingCall) -> None:
    went, held, why = casting.send(by=request.member, call=found)
    if went:
        said = ngettext("%(many)d mail goes in a moment.", "%(many)d mails go in a moment.", went)
        messages.success(request, said % {"many": went})
    if held:
        said = ngettext("%(many)d was not sent: %(why)s", "%(many)d were not sent. The last: %(why)s", held)
        messages.warning(request, said % {"many": held, "why": why})


def _own(request: MemberRequest, public_id: str) -> CastingCall:
    return or_404(selectors.call, request.member.practice, public_id)
