"""Settings of mail: what the DNS says about the domain, how the mailbox is read, where members pass mail on."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages as said
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.mail import forwarding, imap
from passalong.mail.models import DomainCheck, MailboxMark
from passalong.mail.selectors import inbound as selectors
from passalong.mail.services import domain, mailbox

TONES = {"good": "good", "better": "due", "bad": "stop", "unknown": "quiet", "off": "quiet"}
WORDS = {
    "good": gettext_lazy("Good"),
    "better": gettext_lazy("Can be better"),
    "bad": gettext_lazy("To be mended"),
    "unknown": gettext_lazy("Not known"),
    "off": gettext_lazy("Not set"),
}
WHY = {
    "SPF": gettext_lazy("Which servers may send for your domain."),
    "DKIM": gettext_lazy("A signature that shows receivers a message is yours and was not changed."),
    "DMARC": gettext_lazy("What receivers do with messages that only claim to be yours."),
    "MX": gettext_lazy("Where answers arrive."),
}
SKIPPED = {
    "other": gettext_lazy("about nothing from here: not kept"),
    "twice": gettext_lazy("here already"),
    "own": gettext_lazy("copies of your own messages"),
    "broken": gettext_lazy("could not be read: left in the mailbox"),
}


@member_required
@require_safe
def settings_page(request: MemberRequest) -> HttpResponse:
    """The findings of the last look, and the state of the mailbox. Asks nobody."""
    name = domain.own_domain()
    kept = selectors.domain_check(name)
    mark, trouble = _mark()
    context = {
        "domain": name,
        "is_only_tried": domain.is_only_tried(name),
        "checked": kept,
        "rows": _rows(kept),
        "has_mailbox": bool(settings.IMAP_URL),
        "mark": mark,
        "trouble": trouble or (mark.error if mark else ""),
        "skipped": [(many, SKIPPED.get(reason, reason)) for reason, many in (mark.skipped if mark else {}).items()],
        "forward": forwarding.address(request.member.practice),
        "may_try": request.member.is_owner,
    }
    return render(request, "mail/settings.html", context)


def _rows(kept: DomainCheck | None) -> list[tuple[dict[str, object], str, object, object]]:
    """Each finding with its colour, its state in words, and what the record is for."""
    found = kept.findings if kept else []
    return [
        (one, TONES.get(one["state"], "quiet"), WORDS.get(one["state"], ""), WHY.get(one["name"], "")) for one in found
    ]


def _mark() -> tuple[MailboxMark | None, str]:
    try:
        account = imap.account()
    except imap.Unreadable as error:
        return None, str(error)
    return (selectors.mailbox_mark(account.name) if account else None), ""


@member_required
@require_POST
def check(request: MemberRequest) -> HttpResponse:
    """Ask the DNS now."""
    domain.check(by=request.member)
    return redirect("mail:settings")


@member_required
@require_POST
def try_mailbox(request: MemberRequest) -> HttpResponse:
    """Sign in to the mailbox once, and tell how it went."""
    try:
        many = mailbox.test(by=request.member)
    except (imap.Unreadable, Refused) as error:
        said.error(request, str(error))
    else:
        words = ngettext("The mailbox answers: %(n)s message.", "The mailbox answers: %(n)s messages.", many)
        said.success(request, words % {"n": f"{many:,}"})
    return redirect("mail:settings")
