"""A published interview as a piece of the newsletter: handed in with publishing, or by hand where it stands nowhere."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.audience.models import IssueItem
from passalong.audience.services import issues, items
from passalong.contacts.services.own import demand_own
from passalong.core.errors import Refused
from passalong.interviews import addresses
from passalong.interviews.contents import Content
from passalong.interviews.models import Episode, EpisodeLink, Interview
from passalong.interviews.selectors import episodes as selectors
from passalong.interviews.services import moving


def put_in(*, by: Member, episode: Episode, content: Content) -> IssueItem | None:
    """Into the issue that is written on, with what must be told in the same block. None where that issue is full: the
    page of publishing says so and offers the next. For publishing, inside its transaction."""
    try:
        return _add(by, episode, content)
    except items.Full:
        return None


@transaction.atomic
def hand_in(*, by: Member, interview: Interview) -> IssueItem:
    """A member puts it into the issue that is written on; where that is full, into a new one. Where it stands in an
    issue, nothing changes. Raises Refused for what is not out."""
    demand(by, moving.MAY)
    demand_own(by, interview)
    episode = Episode.objects.select_for_update(of=("self",)).filter(interview=interview).first()
    version = selectors.live_version(episode) if episode else None
    if episode is None or version is None:
        raise Refused(_("It is not published."))
    if there := selectors.piece_of(episode):
        return there
    content = Content.from_json(version.content)
    try:
        return _add(by, episode, content)
    except items.Full:
        issues.create(by=by)
        return _add(by, episode, content)


def _add(by: Member, episode: Episode, content: Content) -> IssueItem:
    way = EpisodeLink.objects.get(episode=episode, by=EpisodeLink.By.NEWS, ended_at=None)
    words = "\n\n".join([content.summary, *content.disclosures])
    return items.add(
        by=by,
        kind="episode",
        about=episode.public_id,
        title=content.title,
        words=words[: items.LONGEST_WORDS],
        url=addresses.page_path(way.token),
    )
