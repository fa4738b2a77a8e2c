"""Pages for those who are not in yet: set up, sign in and join by a link. Opening a link changes nothing."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from passalong.accounts import selectors, services
from passalong.accounts.forms import JoinForm, SetUpForm
from passalong.accounts.middleware import SESSION_KEY, signed_in_user
from passalong.accounts.models import AccessLink, LinkPurpose, Member, User
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BY_LINK_KEY = "entered_by_link_at"  # when this session was opened by a link: a new password may be set for a while

page = require_http_methods(["GET", "HEAD", "POST"])


def _sign_in(request: HttpRequest, user: User, member: Member | None = None) -> None:
    login(request, user, backend=BACKEND)
    request.session[BY_LINK_KEY] = int(clock.now().timestamp())
    if member is not None:
        request.session[SESSION_KEY] = member.practice.public_id


def first_page() -> str:
    """Where a new practice begins: the fit check, else Today."""
    for name in ("prospecting:fit_check", "desk:today"):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return reverse("accounts:settings")


def _dead_link(request: HttpRequest, purpose: LinkPurpose, why: str = "") -> HttpResponse:
    context = {"purpose": purpose, "why": why or _("This link has been used already, or has ended.")}
    return render(request, "accounts/dead_link.html", context, status=404)


@never_cache
@page
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Set a practice up, by the link `passalong start` prints."""
    link = selectors.open_link(LinkPurpose.SET_UP, token)
    if link is None:
        return _dead_link(request, LinkPurpose.SET_UP)
    form = SetUpForm(request.POST or None, initial={"country": "US"})
    if form.is_valid():
        try:
            member = services.set_up_practice(link=link, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            _sign_in(request, member.user, member)
            return redirect(first_page())
    return render(request, "accounts/welcome.html", {"form": form})


@never_cache
@page
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by a link: the page has one button."""
    link = selectors.open_link(LinkPurpose.SIGN_IN, token)
    if link is None:
        return _dead_link(request, LinkPurpose.SIGN_IN)
    if request.method != "POST":
        return render(request, "accounts/enter.html", {"link": link})
    try:
        user = services.sign_in_by_link(link=link)
    except Refused as refused:
        return _dead_link(request, LinkPurpose.SIGN_IN, refused.message)
    _sign_in(request, user, _place(user, link))
    if user.has_usable_password():
        messages.info(request, _("You are signed in. If you forgot your password, set a new one under Settings."))
    return redirect("/")


def _place(user: User, link: AccessLink) -> Member | None:
    if link.practice is None:
        return None
    return selectors.membership(user.pk, link.practice.public_id)


@never_cache
@page
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Become a member of a practice, by the link its owner handed over."""
    link = selectors.open_link(LinkPurpose.JOIN, token)
    if link is None:
        return _dead_link(request, LinkPurpose.JOIN)
    if selectors.user_with(link.email):
        return _join_signed_in(request, link)
    form = JoinForm(request.POST or None)
    if form.is_valid():
        try:
            member = services.join_practice(link=link, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            _sign_in(request, member.user, member)
            return redirect("/")
    return render(request, "accounts/join.html", {"form": form, "link": link})


def _join_signed_in(request: HttpRequest, link: AccessLink) -> HttpResponse:
    """The invited person has an account already: one button when signed in with it, else the way to sign in."""
    is_theirs = request.user.is_authenticated and request.user.email == link.email
    if request.method == "POST" and is_theirs:
        try:
            member = services.join_practice_as(link=link, user=signed_in_user(request))
        except Refused as refused:
            return _dead_link(request, LinkPurpose.JOIN, refused.message)
        request.session[SESSION_KEY] = member.practice.public_id
        return redirect("/")
    return render(request, "accounts/join_again.html", {"link": link, "is_theirs": is_theirs})
