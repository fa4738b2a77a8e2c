"""Who is asking, and for which practice."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from passalong.accounts import selectors
from passalong.accounts.models import Member, User

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
SESSION_KEY = "practice"


class MemberRequest(HttpRequest):
    """A request by a member of a practice."""

    member: Member
    htmx: Any


def signed_in_user(request: HttpRequest) -> User:
    """The user of a page that only signed-in people reach."""
    return cast("User", request.user)


class MemberMiddleware:
    """Sets request.member: the user's place in the practice chosen in the session, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        member = None
        if request.user.is_authenticated:
            member = selectors.membership(request.user.pk, request.session.get(SESSION_KEY))
        request.member = member  # type: ignore[attr-defined]
        return self.get_response(request)


def member_required(
    view: Callable[Concatenate[MemberRequest, P], R],
) -> Callable[Concatenate[HttpRequest, P], R]:
    """Lets members of a practice in; others go to sign in, or to set a practice up."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.member is None:  # type: ignore[attr-defined]
            return redirect("accounts:no_practice")
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return cast("Callable[Concatenate[HttpRequest, P], R]", wrapped)
