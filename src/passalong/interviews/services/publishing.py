"""Verbs on what is published: the show, an episode's words, and the step before the public, frozen for good."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.compliance.models import Approval
from passalong.compliance.rulebook import Verdict
from passalong.compliance.services import approvals
from passalong.contacts.services.own import demand_own
from passalong.core import bigfiles, blobs, clock, events
from passalong.core.errors import Refused
from passalong.core.models import BigFile, Blob
from passalong.core.rows import check_row
from passalong.engine import audio
from passalong.interviews import cards, player
from passalong.interviews.contents import Content
from passalong.interviews.models import Episode, EpisodeLink, EpisodeVersion, Interview, Show, Stage
from passalong.interviews.selectors import episodes as selectors
from passalong.interviews.services import handing, moving, withdrawing
from passalong.interviews.stages import Who
from passalong.kits.bounds import tidy
from passalong.kits.services.pictures import cleaned

COVER = 1400  # pixels a side, as podcast apps ask for
SNIPPET = 45.0  # seconds
MAKING = "making"  # folder among a practice's big files
LEFT_BEHIND = 86_400  # seconds
MP3, PNG, HTML, TEXT = "audio/mpeg", "image/png", "text/html; charset=utf-8", "text/plain; charset=utf-8"
WORDS = ("title", "summary", "bio", "quote", "shown_as", "relation", "paid", "paid_words", "conflict", "source")


@transaction.atomic
def save_show(*, by: Member, words: Mapping[str, str], picture: bytes = b"") -> Show:
    """What the show says of itself: title, about, language, category. picture: an upload, cut to a square."""
    demand(by, moving.MAY)
    made = cards.squared(cleaned(picture)[0], COVER) if picture else b""
    show, former = selectors.show_of(by.practice), None
    for name in ("title", "about", "language", "category"):
        setattr(show, name, tidy(words.get(name, getattr(show, name))).strip())
    if made:
        former, show.picture = show.picture_id, blobs.keep(by.practice_id, made, "image/jpeg")
    check_row(show, exclude=["picture", "practice"])
    show.practice = by.practice
    show.save()
    if former:
        blobs.release([former])
    events.record(by.practice_id, "interviews:show_changed", actor=by.public_id, title=show.title)
    return show


@transaction.atomic
def save_episode(
    *,
    by: Member,
    interview: Interview,
    words: Mapping[str, str],
    links: list[dict[str, str]] | None = None,
    snippet_start: float = 0.0,
    picture: bytes = b"",
    no_picture: bool = False,
) -> Episode:
    """Write on an episode. What is out stays as it is until it is published anew. words: by the names of WORDS."""
    demand(by, moving.MAY)
    demand_own(by, interview)
    drawn = cleaned(picture) if picture else None
    Practice.objects.select_for_update().get(pk=by.practice_id)  # numbers are given one after the other
    episode = selectors.episode_of(interview)
    for name in WORDS:
        setattr(episode, name, tidy(words.get(name, getattr(episode, name))).strip())
    if links is not None:
        episode.links = _checked_links(links)
    episode.snippet_start = max(0.0, snippet_start)
    former = episode.picture_id if drawn or no_picture else None
    if drawn:
        episode.picture = blobs.keep(by.practice_id, drawn[0], drawn[1])
    elif no_picture:
        episode.picture = None
    episode.number = episode.number or selectors.next_number(by.practice)
    check_row(episode, exclude=["picture", "practice", "interview", "published_at", "ended_at", "links", "ended_why"])
    episode.save()
    if former and former != episode.picture_id:
        blobs.release([former])
    _record(by, "interviews:episode_written", episode)
    return episode


def _checked_links(links: list[dict[str, str]]) -> list[dict[str, str]]:
    """The guest's own pages as they are kept; raises Refused for one a reader may not be led to."""
    wanted = [one for one in links if one.get("url", "").strip()]
    if len(wanted) > selectors.MOST_LINKS:
        raise Refused(_("At most %(count)d links.") % {"count": selectors.MOST_LINKS}, field="links")
    for one in wanted:
        if not selectors.safe_links([one]):
            say = _("%(url)s is no address a reader can be led to. Links begin with https://.")
            raise Refused(say % {"url": one["url"].strip()[:80]}, field="links")
    return selectors.safe_links(wanted)


@transaction.atomic
def ask_approval(*, by: Member, interview: Interview, why: str) -> Approval:
    """Ask a second person to let exactly this out."""
    demand(by, moving.MAY)
    demand_own(by, interview)
    check = selectors.checklist(interview)
    _demand_clear(check)
    what = _("Publishing interview %(number)d: %(title)s")
    return approvals.ask(
        by=by,
        action=selectors.ACTION,
        subject=interview.public_id,
        digest=check.digest,
        what=what % {"number": check.episode.number, "title": check.content.title},
        verdict=check.verdict,
        why=why,
    )


def judged_now(approval: Approval) -> tuple[str, Verdict] | None:
    """What would be published as it stands now, for whoever decides; None when it is gone."""
    talk = Interview.objects.filter(practice=approval.practice_id, public_id=approval.subject).first()
    if talk is None:
        return None
    check = selectors.checklist(talk)
    return check.digest, check.verdict


def _demand_clear(check: selectors.Checklist) -> None:
    if check.in_the_way:
        raise Refused(" ".join(check.in_the_way))
    if check.episode._state.adding:
        raise Refused(_("Write what it says first, and save it."))


@dataclass(frozen=True, slots=True)
class _Made:
    """What is drawn before anything is written: the card, and where the snippet lies for now."""

    card: bytes
    snippet: Path


def publish(*, by: Member, interview: Interview) -> EpisodeVersion:
    """Put the approved sound and words before the public, frozen; or the words anew where it is out already.

    Drawn first; then kept in one transaction, which looks once more whether every voice still allows it. Raises Refused
    with all that stands in the way.
    """
    demand(by, moving.MAY)
    demand_own(by, interview)
    check = selectors.checklist(interview)
    _demand_clear(check)
    if not check.is_approved:
        raise Refused(_("A second person looks at it first. Ask for it, then publish."))
    with tempfile.TemporaryDirectory(dir=_workshop(by.practice)) as folder:
        return _keep(by, interview, check.digest, _draw(check, Path(folder)))


def _workshop(practice: Practice) -> Path:
    """A folder on the disk of the big files, so that what is made there is moved, not copied."""
    place = bigfiles.folder(practice.pk) / MAKING
    place.mkdir(parents=True, exist_ok=True)
    return place


def clear_workshops() -> int:
    """Delete what a process that was killed while it published left in the making; how many folders. By the clock, each
    night: nothing is made for a day."""
    before, gone = clock.now().timestamp() - LEFT_BEHIND, 0
    for left in bigfiles.folder(0).parent.glob(f"*/{MAKING}/*"):
        with suppress(FileNotFoundError):  # whoever made it has just cleared it
            if left.stat().st_mtime < before:
                shutil.rmtree(left)
                gone += 1
    return gone


def _draw(check: selectors.Checklist, folder: Path) -> _Made:
    picture, sound = check.episode.picture, _sound(check)
    out, content = folder / "snippet.mp3", check.content
    start = min(content.snippet_start, max(0.0, content.seconds - 5.0))
    audio.snippet(bigfiles.path_of(sound), start, min(start + SNIPPET, content.seconds), out)
    return _Made(cards.quote_card(content, blobs.read(picture) if picture else b""), out)


def _sound(check: selectors.Checklist) -> BigFile:
    render = check.review.render if check.review else None
    if render is None or render.file is None:
        raise Refused(_("The finished sound is not there. Have it made anew and approved."))
    return render.file


@transaction.atomic
def _keep(by: Member, interview: Interview, digest: str, made: _Made) -> EpisodeVersion:
    talk = Interview.objects.select_for_update().get(pk=interview.pk)
    check = selectors.checklist(talk)
    _demand_clear(check)
    if check.digest != digest or not check.is_approved or check.review is None:
        raise Refused(_("It was changed while it was being published. Look at it again, then publish."))
    episode = Episode.objects.select_for_update(of=("self",)).select_related("practice", "interview__guest")
    row = episode.get(pk=check.episode.pk)
    former = selectors.live_version(row)
    if former and former.digest == digest:
        return former
    _save_show(by)
    version = EpisodeVersion.objects.create(
        practice=by.practice,
        episode=row,
        number=row.versions.count() + 1,
        content=check.content.to_json(),
        digest=digest,
        render=check.review.render,
        transcript=check.review.transcript,
        audio=_sound(check),
        snippet=bigfiles.keep(by.practice_id, made.snippet, MP3),
        card=blobs.keep(by.practice_id, made.card, PNG),
        published_by=by.public_id,
        approval=check.approval.public_id if check.approval else "",
        keep_until=withdrawing.keep_until(by.practice),
    )
    _go_out(by, row, version)
    if former is not None:
        _replace(by, row, former)
    if talk.stage == Stage.APPROVED:
        moving.move(interview=talk, act="publish", who=Who.MEMBER, by=by)
    interview.refresh_from_db()
    return version


def _save_show(by: Member) -> None:
    show = selectors.show_of(by.practice)
    if show._state.adding:
        show.save()


def _go_out(by: Member, episode: Episode, version: EpisodeVersion) -> None:
    is_first = episode.published_at is None
    episode.published_at = episode.published_at or clock.now()
    episode.save(update_fields=["published_at"])
    for kind in EpisodeLink.By.values:
        EpisodeLink.objects.get_or_create(practice=by.practice, episode=episode, by=kind, ended_at=None)
    content = Content.from_json(version.content)
    page = render_to_string("interviews/public/_episode.html", {"content": content, "page": player.page_of(content)})
    texts = {"page": blobs.keep(by.practice_id, page.encode(), HTML)}
    if version.card:
        texts["picture"] = version.card
    if episode.picture:  # what the page shows is named by the record, so that a later picture does not take it away
        texts["portrait"] = episode.picture
    if content.segments:
        texts["words"] = blobs.keep(by.practice_id, player.text(content).encode(), TEXT)
    said = {"version": version.number, "digest": version.digest, "approval": version.approval}
    said["sound"] = version.audio.digest if version.audio else ""
    _record(by, "interviews:episode_published", episode, texts, said)
    if is_first:
        handing.put_in(by=by, episode=episode, content=content)


def _replace(by: Member, episode: Episode, former: EpisodeVersion) -> None:
    former.withdrawn_at, former.keep_until = clock.now(), withdrawing.keep_until(by.practice)
    former.save(update_fields=["withdrawn_at", "keep_until"])
    _record(by, "interviews:episode_replaced", episode, said={"version": former.number})


def _record(
    by: Member,
    kind: str,
    episode: Episode,
    texts: Mapping[str, Blob] | None = None,
    said: Mapping[str, Any] | None = None,
) -> None:
    guest = episode.interview.guest
    events.record(
        by.practice_id,
        kind,
        actor=by.public_id,
        subject=episode.public_id,
        people=[guest.public_id] if guest else [],
        texts=texts,
        number=episode.number,
        **(said or {}),
    )
