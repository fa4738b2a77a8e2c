"""Verbs on the pieces of an issue: handed in by other rooms, ordered, changed, taken back with what they tell of."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.audience.models import Issue, IssueItem, IssueState, ItemKind
from passalong.audience.services import issues
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.kits.models import Kit
from passalong.kits.selectors.editions import live_edition
from passalong.kits.selectors.passing import path_of
from passalong.kits.services.passing import link_for
from passalong.mail.services import outbox

LONGEST_TITLE, LONGEST_WORDS, LONGEST_URL = 150, 4000, 300
MOST_ITEMS = 12
_PATH = re.compile(r"/[A-Za-z0-9._~/-]{1,280}")


class Full(Refused):
    """The issue holds as many pieces as fit. Whoever hands one in can begin the next."""


@transaction.atomic
def add(
    *, by: Member, kind: str, about: str = "", title: str, words: str = "", url: str = "", issue: Issue | None = None
) -> IssueItem:
    """Put a piece at the end of an issue that is written on: of this one, else of the latest, else of a new one.

    about: public id of what it tells of; handed in twice, it stands there once. url: a path of this server or an https
    address. Raises Refused, naming the field; Full, changing nothing, where no more fit.
    """
    demand(by, "audience.edit")
    demand_own(by, issue)
    if kind not in ItemKind.values:
        raise Refused(_("There is no such kind of piece."), field="kind")
    target = _draft(by, issue)
    if about and (same := target.items.filter(about=about, withdrawn_at=None).first()):
        return same
    if target.items.count() >= MOST_ITEMS:
        say = _("Issue %(number)d holds %(most)d pieces already; no more fit into one.")
        raise Full(say % {"number": target.number, "most": MOST_ITEMS})
    last = target.items.aggregate(last=Max("order"))["last"] or 0
    item = IssueItem(practice=by.practice, issue=target, order=last + 1, kind=kind, about=about[:20])
    _fill(item, title, words, url)
    item.save()
    _record("piece_added", item, by)
    return item


@transaction.atomic
def add_kit(*, by: Member, issue: Issue, kit: Kit, words: str = "") -> IssueItem:
    """A published kit by the practice's own link. Raises Refused while nothing of it is out."""
    demand(by, "audience.edit")
    demand_own(by, kit, issue)
    if live_edition(kit) is None or kit.archived_at:
        raise Refused(_("Publish this kit first: its link leads nowhere yet."), field="kit")
    path = path_of(link_for(by=by, kit=kit, referrer=None))
    return add(by=by, kind=ItemKind.KIT, about=kit.public_id, title=kit.name, words=words, url=path, issue=issue)


@transaction.atomic
def change(*, by: Member, item: IssueItem, title: str, words: str, url: str) -> IssueItem:
    """Write a piece anew."""
    found = _open(by, item)
    if found.kind != ItemKind.WORDS:
        url = found.url  # it leads where what it tells of is
    _fill(found, title, words, url)
    found.save()
    return found


@transaction.atomic
def move(*, by: Member, item: IssueItem, up: bool) -> None:
    """Change places with the piece above, or below. At the end nothing changes."""
    found = _open(by, item)
    rows = list(found.issue.items.order_by("order", "pk"))
    at = rows.index(found)
    other = at - 1 if up else at + 1
    if 0 <= other < len(rows):
        rows[at], rows[other] = rows[other], rows[at]
    for number, one in enumerate(rows, 1):
        IssueItem.objects.filter(pk=one.pk).exclude(order=number).update(order=number)


@transaction.atomic
def remove(*, by: Member, item: IssueItem) -> None:
    """Take a piece out of an issue that is written on."""
    found = _open(by, item)
    _record("piece_removed", found, by)
    found.delete()


@transaction.atomic
def withdraw_about(*, practice_id: int, about: str) -> int:
    """What this public id stands for is taken down: its pieces go out of drafts; an issue that goes out stops; links in
    what has gone answer that it is over. Returns how many pieces. Doing it twice is doing it once."""
    if not about:
        return 0
    rows = IssueItem.objects.filter(practice=practice_id, about=about, withdrawn_at=None).select_related("issue")
    done = 0
    for item in rows:
        issue = Issue.objects.select_for_update().get(pk=item.issue_id)
        if issue.state == IssueState.DRAFT:
            item.delete()
        else:
            item.withdrawn_at = clock.now()
            item.save(update_fields=["withdrawn_at"])
            _stop(issue)
        events.record(practice_id, "audience:piece_withdrawn", subject=issue.public_id, about=about)
        done += 1
    return done


def _stop(issue: Issue) -> None:
    why = _("Something in it was taken down.")
    if outbox.call_off(issue.practice_id, issue.public_id, why) or issue.state == IssueState.SENDING:
        issue.state, issue.ended_at, issue.why_stopped = IssueState.STOPPED, clock.now(), why
        issue.save(update_fields=["state", "ended_at", "why_stopped"])


def _draft(by: Member, issue: Issue | None) -> Issue:
    own = Issue.objects.select_for_update().filter(practice=by.practice, state=IssueState.DRAFT)
    found = own.filter(pk=issue.pk).first() if issue else own.first()
    if found is not None:
        return found
    if issue is not None:
        raise Refused(_("This issue has gone out. What it says is not changed any more."))
    return issues.create(by=by)


def _open(by: Member, item: IssueItem) -> IssueItem:
    demand(by, "audience.edit")
    demand_own(by, item)
    found = IssueItem.objects.select_for_update(of=("self",)).select_related("issue", "practice").get(pk=item.pk)
    if found.issue.state != IssueState.DRAFT:
        raise Refused(_("This issue has gone out. What it says is not changed any more."))
    return found


def _fill(item: IssueItem, title: str, words: str, url: str) -> None:
    item.title, item.words = " ".join(title.split()), words.replace("\r\n", "\n").strip()
    item.url = url.strip()
    if not item.title:
        raise Refused(_("Give the piece a title."), field="title")
    if len(item.title) > LONGEST_TITLE or len(item.words) > LONGEST_WORDS:
        raise Refused(_("Please say it shorter."), field="title" if len(item.title) > LONGEST_TITLE else "words")
    if item.url and not is_safe(item.url):
        raise Refused(_("Give a whole address that begins with https://."), field="url")


def is_safe(url: str) -> bool:
    """Whether a link may stand in an issue: a path of ours, or https without a user or anything unseen."""
    if len(url) > LONGEST_URL or not url.isprintable() or any(sign in url for sign in " \\<>\"'"):
        return False
    if _PATH.fullmatch(url):
        return not url.startswith("//")
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


def _record(act: str, item: IssueItem, by: Member) -> None:
    events.record(
        item.practice_id,
        f"audience:{act}",
        actor=by.public_id,
        subject=item.issue.public_id,
        piece=item.public_id,
        of=str(item.kind),
        about=item.about,
    )
