"""A fresh single-use link for somebody who cannot get in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from passalong.cli.boot import WrongUse, open_practices
from passalong.cli.running import data_option

if TYPE_CHECKING:
    from passalong.accounts.models import Member

URLCONF = "passalong.accounts.urls"  # mounted at the root; the whole site's addresses need not be loaded


@click.command()
@click.argument("email", required=False)
@data_option
def link(email: str | None, data: Path) -> None:
    """Print a single-use link: to sign in as EMAIL, or, without EMAIL, to set the first practice up.

    For members who lost their password: after signing in by the link they can set a new one under Settings for an
    hour. A sign-in link works for a day, a set-up link for a week; each new one stops the one before.

    \b
    Examples:
      passalong link
      passalong link donna@example.org
    """
    data = data.expanduser().resolve()
    open_practices(data)
    click.echo(f"{_base(data)}{_path_for(email)}")


def _path_for(email: str | None) -> str:
    from passalong.accounts import selectors

    if email is None:
        if not selectors.needs_set_up():
            raise WrongUse("A practice is set up already. Say who wants to sign in: passalong link EMAIL")
        return set_up_path()
    user = selectors.user_with(email)
    member = selectors.membership(user.pk, None) if user else None
    if member is None:
        raise WrongUse(f"Nobody signs in here as {email}.")
    return sign_in_path(member)


def _base(data: Path) -> str:
    """Where the server can be reached: its public address, else where `passalong start` said it listens."""
    from django.conf import settings

    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL)
    try:
        return (data / "run" / "start.lock").read_text().strip().rstrip("/") or "http://127.0.0.1:8000"
    except OSError:
        return "http://127.0.0.1:8000"


def sign_in_path(member: Member) -> str:
    """The path of a fresh sign-in link."""
    from django.urls import reverse

    from passalong.accounts import services
    from passalong.accounts.models import LinkPurpose

    token = services.make_link(LinkPurpose.SIGN_IN, practice=member.practice, user=member.user)
    return reverse("enter", args=[token], urlconf=URLCONF)


def set_up_path() -> str:
    """The path of a fresh set-up link."""
    from django.urls import reverse

    from passalong.accounts import services
    from passalong.accounts.models import LinkPurpose

    return reverse("welcome", args=[services.make_link(LinkPurpose.SET_UP)], urlconf=URLCONF)
