"""Settings, members, and which practice one works for."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts import selectors, services
from passalong.accounts.entry import BY_LINK_KEY, page
from passalong.accounts.forms import (
    InviteForm,
    NewPasswordForm,
    PracticeForm,
    RoleForm,
    SettingsForm,
    practice_initial,
    role_form,
)
from passalong.accounts.middleware import SESSION_KEY, MemberRequest, member_required, signed_in_user
from passalong.accounts.models import Member
from passalong.accounts.rules import may
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal

FRESH_SECONDS = 60 * 60  # how long after entering by a link a new password may be set without the old one
RULING = ("profession", "also", "country", "region")  # what of a practice decides which rules hold for it


@login_required
@require_safe
def no_practice(request: HttpRequest) -> HttpResponse:
    """Somebody signed in who is a member nowhere."""
    if request.member is not None:  # type: ignore[attr-defined]
        return redirect("/")
    return render(request, "accounts/no_practice.html")


@member_required
@page
def settings(request: MemberRequest) -> HttpResponse:
    """What the practice says of itself, and the way to all other settings."""
    practice, editable = request.member.practice, may(request.member, "accounts.change_practice")
    before = practice_initial(practice)
    form = SettingsForm(request.POST or None, initial=before)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            saved = services.change_practice(
                by=request.member,
                name=data["practice_name"],
                profession=data["profession"],
                country=data["country"],
                region=data["region"],
                imprint=data["imprint"],
                colour=data["colour"],
                also=data["also"],
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Saved."))
            after = practice_initial(saved)
            if any(before[key] != after[key] for key in RULING):
                held = _(
                    "Other rules hold now. What they do not let stand is taken down or held back within minutes; "
                    "Today and each kit, under Publish, say why."
                )
                messages.info(request, held)
            return redirect("accounts:settings")
    context = {
        "form": form,
        "editable": editable,
        "places": selectors.places(request.member.user_id),
        "fresh": _entered_by_link_lately(request),
    }
    return render(request, "accounts/settings.html", context, status=_status(form))


def _status(form: PracticeForm | InviteForm) -> int:
    return 422 if form.is_bound and form.errors else 200


def _members_page(request: MemberRequest, form: InviteForm, **more: str) -> HttpResponse:
    manage = may(request.member, "accounts.manage_members")
    members = list(selectors.members(request.member.practice))
    has_one_owner = sum(member.is_owner for member in members) == 1  # who stays owner until there is another
    context = {
        "rows": [(m, role_form(m) if manage and not (m.is_owner and has_one_owner) else None) for m in members],
        "form": form,
        "manage": manage,
        "invitations": selectors.invitations(request.member.practice) if manage else [],
        **more,
    }
    return render(request, "accounts/members.html", context, status=_status(form))


@member_required
@require_safe
def members(request: MemberRequest) -> HttpResponse:
    """All who sign in for this practice."""
    return _members_page(request, InviteForm())


@member_required
@require_POST
def invite(request: MemberRequest) -> HttpResponse:
    """Make a join link and show it, once, to be handed over."""
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            token = services.invite_member(by=request.member, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return _members_page(request, InviteForm(), token=token, invited=form.cleaned_data["email"])
    return _members_page(request, form)


@member_required
@require_POST
def withdraw(request: MemberRequest) -> HttpResponse:
    """Stop a join link that nobody has used."""
    try:
        services.withdraw_invitation(by=request.member, email=request.POST.get("email", ""))
        messages.success(request, _("The link no longer works."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("accounts:members")


def _member_or_404(request: MemberRequest, public_id: str) -> Member:
    member = selectors.member_of(request.member.practice, public_id)
    if member is None:
        raise Http404
    return member


@member_required
@require_POST
def change_role(request: MemberRequest, public_id: str) -> HttpResponse:
    """Give a member another role."""
    member, form = _member_or_404(request, public_id), RoleForm(request.POST)
    if form.is_valid():
        try:
            services.change_role(by=request.member, member=member, role=form.cleaned_data["role"])
            messages.success(request, _("Saved."))
        except Refused as refused:
            messages.error(request, refused.message)
    return redirect("accounts:members")


@member_required
@page
def remove_member(request: MemberRequest, public_id: str) -> HttpResponse:
    """Ask once, then take a member out."""
    member = _member_or_404(request, public_id)
    if request.method != "POST":
        return render(request, "accounts/remove_member.html", {"subject": member})
    try:
        services.remove_member(by=request.member, member=member)
        messages.success(request, _("%(name)s can no longer sign in for this practice.") % {"name": member.user})
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("accounts:members")


@member_required
@require_POST
def switch(request: MemberRequest) -> HttpResponse:
    """Work for another practice one is a member of."""
    wanted = request.POST.get("practice", "")
    place = selectors.membership(request.member.user_id, wanted)
    if place is None or place.practice.public_id != wanted:
        raise Http404
    request.session[SESSION_KEY] = wanted
    return redirect("/")


def _entered_by_link_lately(request: HttpRequest) -> bool:
    entered = int(request.session.get(BY_LINK_KEY, 0))
    return 0 <= clock.now().timestamp() - entered < FRESH_SECONDS


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest) -> HttpResponse:
    """Set a password without knowing the old one, for an hour after coming in by a link."""
    if not _entered_by_link_lately(request):
        return redirect("account_change_password")
    user, form = signed_in_user(request), NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            services.set_password(user=user, password=form.cleaned_data["password"])
        except Refused as refused:
            show_refusal(form, refused)
        else:
            update_session_auth_hash(request, user)
            request.session.pop(BY_LINK_KEY, None)
            messages.success(request, _("From now on you sign in with the new password."))
            return redirect("accounts:settings")
    return render(request, "accounts/new_password.html", {"form": form})
