"""Meetings to come: by hand, and from the practice's own calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.accounts.rules import may
from passalong.contacts import selectors as contacts
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.prospecting import agenda, services, tasks
from passalong.prospecting.forms import BookForm, FeedForm, WithForm
from passalong.prospecting.models import Appointment

PER_PAGE = 50


@member_required
@require_safe
def page(request: MemberRequest) -> HttpResponse:
    """The next meetings, and where they come from."""
    return _page(request)


def _page(request: MemberRequest, *, book: BookForm | None = None, feed_form: FeedForm | None = None) -> HttpResponse:
    practice = request.member.practice
    feed = agenda.feed(practice)
    rows = Paginator(agenda.to_come(practice), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": rows,
        "feed": feed,
        "host": urlsplit(feed.url).hostname if feed else "",
        "book_form": book or BookForm(initial={"client": request.GET.get("client", "")[:200]}),
        "feed_form": feed_form or FeedForm(),
        "may_subscribe": may(request.member, "accounts.change_practice"),
    }
    invalid = any(form is not None and form.errors for form in (book, feed_form))
    return render(request, "prospecting/calendar.html", context, status=422 if invalid else 200)


@member_required
@require_POST
def book(request: MemberRequest) -> HttpResponse:
    """A meeting to come, by hand."""
    form = BookForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            client = contacts.contact_named(request.member.practice, said["client"])
        except Refused as refused:
            form.add_error("client", refused.message)
            return _page(request, book=form)
        starts_at = timezone.make_aware(datetime.combine(said["day"], said["at"]))
        ends_at = starts_at + timedelta(minutes=said["minutes"])
        try:
            services.book(by=request.member, client=client, starts_at=starts_at, ends_at=ends_at)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Noted: %(client)s.") % {"client": client})
            return redirect("prospecting:calendar")
    return _page(request, book=form)


@member_required
@require_POST
def subscribe(request: MemberRequest) -> HttpResponse:
    """Read this calendar from now on; the first time at once."""
    form = FeedForm(request.POST)
    if form.is_valid():
        try:
            feed = services.subscribe(by=request.member, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            tasks.read_calendar.enqueue(feed.pk)
            messages.success(request, _("Your calendar is being read. Look again in a minute."))
            return redirect("prospecting:calendar")
    return _page(request, feed_form=form)


@member_required
@require_POST
def read(request: MemberRequest) -> HttpResponse:
    """Read it now."""
    feed = agenda.feed(request.member.practice)
    if feed is not None:
        tasks.read_calendar.enqueue(feed.pk)
        messages.success(request, _("Your calendar is being read. Look again in a minute."))
    return redirect("prospecting:calendar")


@member_required
@require_POST
def unsubscribe(request: MemberRequest) -> HttpResponse:
    """Read it no more."""
    try:
        services.unsubscribe(by=request.member)
        messages.success(request, _("Your calendar is read no more. What came from it is gone."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("prospecting:calendar")


def _appointment(request: MemberRequest, public_id: str) -> Appointment:
    return or_404(agenda.appointment, request.member.practice, public_id)


@member_required
@require_POST
def cancel(request: MemberRequest, public_id: str) -> HttpResponse:
    """It does not take place."""
    try:
        services.cancel(by=request.member, appointment=_appointment(request, public_id))
        messages.success(request, _("Taken out."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("prospecting:calendar")


@member_required
@require_POST
def say_who(request: MemberRequest, public_id: str) -> HttpResponse:
    """Which client it is with."""
    one, form = _appointment(request, public_id), WithForm(request.POST)
    try:
        client = contacts.contact_named(
            request.member.practice, request.POST.get("client", "") if form.is_valid() else ""
        )
        services.say_who(by=request.member, appointment=one, client=client)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("prospecting:calendar")
