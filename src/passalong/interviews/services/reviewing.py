"""Verbs on the guest's approval: sound and words are sent to them, they approve or ask for changes."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.interviews.models import Interview, Render, Review, Stage, Transcript, Voice
from passalong.interviews.selectors import cuts, transcripts, voices
from passalong.interviews.services import moving
from passalong.interviews.services.transcripts import for_guest
from passalong.interviews.services.voices import guest_voice, key_for
from passalong.interviews.stages import Who
from passalong.mail.models import MailPurpose, MailState, Message
from passalong.mail.services import composing, outbox

MAY = "interviews.edit"
WORDS = "text/plain; charset=utf-8"
HERE = "{link}"  # where the guest's own address goes
SUBJECT = gettext_lazy("Our talk: please listen before anybody else does")
LETTER = gettext_lazy(
    "Dear %(name)s,\n\nThank you for the talk. It is in order now, and nobody hears it before you have.\n\nOn this "
    "page you can listen to it, read the words, correct them, and approve it or tell us what to change:\n\n{link}\n\n"
    "Nothing is published unless you say yes. Take the time you need. The page is yours alone, so please "
    "keep its address to yourself.\n\n%(practice)s"
)


def letter(interview: Interview) -> tuple[str, str]:
    """Subject and text of the mail to the guest as it is offered; `{link}` stands where their address goes."""
    guest = interview.guest
    name = (guest.given_name or guest.full_name) if guest else ""
    return str(SUBJECT), str(LETTER) % {"name": name, "practice": interview.practice.name}


def ready(interview: Interview) -> tuple[Render, Transcript]:
    """The sound and the words that would go to the guest. Raises Refused, saying what is missing."""
    if why := voices.why_not_usable(interview):
        raise Refused(why)
    sound, words = cuts.finished(interview), transcripts.latest(interview)
    if sound is None:
        raise Refused(_("The sound is not made yet."))
    if not cuts.is_of_newest(sound, interview):
        raise Refused(_("The order was changed after this sound was made. Make it once more."))
    if words is None:
        raise Refused(_("There are no words yet: the guest reads them beside the sound."))
    return sound, words


@transaction.atomic
def send(*, by: Member, interview: Interview, subject: str, text: str) -> Message:
    """Send the guest the mail as it was shown, with the link to their page, and wait for what they say.

    Raises Refused where sound or words are missing, the text has no place for the link, or the mail may not go: then
    nothing has changed.
    """
    demand(by, MAY)
    demand_own(by, interview)
    row = _locked(interview)
    sound, words = ready(row)
    words = for_guest(by=by, interview=row, words=words, sound=sound)
    if HERE not in text:
        raise Refused(_("Leave {link} in the text: the guest's page stands there."), field="text")
    voice = guest_voice(interview=row)
    if not voice.address:
        raise Refused(_("There is no mail address of the guest on file."), field="text")
    moving.move(interview=row, act="edit", who=Who.MEMBER, by=by)
    review = Review.objects.create(practice_id=row.practice_id, interview=row, render=sound, transcript=words)
    address = f"{settings.PUBLIC_URL}/talk/{key_for(voice=voice)}/review"
    message = composing.draft(
        by=by,
        practice=by.practice,
        purpose=MailPurpose.PERSONAL,
        to=composing.Recipient(voice.address, voice.name, voice.contact),
        subject=subject,
        text=text.replace(HERE, address),
        key=f"talk-review:{review.public_id}",
        about=row.public_id,
        people=[row.guest.public_id] if row.guest else [],
    )
    sent = outbox.send(by=by, message=message)
    if sent.state == MailState.HELD:
        raise Refused(_("It cannot go by mail: %(why)s") % {"why": sent.reason})
    return sent


@transaction.atomic
def approve(*, voice: Voice, review: Review, shown: str) -> Review:
    """The guest approves this sound and these words. shown: the digest of what their page showed. Twice is once.

    Raises Refused where anything has changed since, or it is not theirs to approve any more.
    """
    row, locked = _open(voice, review)
    _demand_usable(row)
    if locked.is_approved and row.stage == Stage.APPROVED:
        return locked
    if shown != transcripts.digest_of(locked.render, locked.transcript):
        raise Refused(_("Something has changed since you opened this page. Please look once more."))
    moving.move(interview=row, act="approve", who=Who.GUEST)
    return _decide(row, locked, approved=True, note="", by=None)


@transaction.atomic
def ask_for_changes(*, voice: Voice, review: Review, note: str) -> Review:
    """The guest says what is to be different; the practice works on it again."""
    row, locked = _open(voice, review)
    said = _without_nothing(note)
    if not said:
        raise Refused(_("Say in a few words what you would like changed."), field="note")
    moving.move(interview=row, act="ask for changes", who=Who.GUEST, note=said)
    return _decide(row, locked, approved=False, note=said, by=None)


@transaction.atomic
def take_words(*, review: Review, words: Transcript) -> Review:
    """The guest corrected the words: from now on it is these that are approved."""
    row = _locked(review.interview)
    newest = cuts.reviewed(row)
    if newest is None or newest.pk != review.pk or row.stage != Stage.EDITED:
        raise Refused(_("This is not with you any more. Whoever asked you can tell you more."))
    review.transcript = words
    review.save(update_fields=["transcript"])
    return review


@transaction.atomic
def report_approval(*, by: Member, interview: Interview, note: str) -> Review:
    """A member writes down that the guest approved, by phone or in person. note: how it was said; needed."""
    demand(by, MAY)
    demand_own(by, interview)
    row, said = _locked(interview), _without_nothing(note)
    if not said:
        raise Refused(_("Say how the guest approved it, such as “by phone on 4 May”."), field="note")
    _demand_usable(row)
    locked = cuts.reviewed(row)
    if locked is None or locked.is_approved is False:
        raise Refused(_("Nothing is with the guest."))
    moving.move(interview=row, act="report an approval", who=Who.MEMBER, by=by, note=said)
    return _decide(row, locked, approved=True, note=said, by=by)


@transaction.atomic
def work_again(*, by: Member, interview: Interview, note: str = "") -> Interview:
    """Take it up again: what the guest was shown, or approved, counts no more."""
    demand(by, MAY)
    demand_own(by, interview)
    row = _locked(interview)
    moving.move(interview=row, act="work on it again", who=Who.MEMBER, by=by, note=note)
    Review.objects.filter(interview=row).exclude(is_approved=False).update(is_approved=None, decided_at=None, digest="")
    return row


def _demand_usable(row: Interview) -> None:
    """Asked once more under the lock: a voice may have taken its consent back since the page was opened."""
    if why := voices.why_not_usable(row):
        raise Refused(why)


def _without_nothing(note: str) -> str:
    """What somebody typed, without the sign no database keeps."""
    return note.replace("\x00", "").strip()[:2000]


def _locked(interview: Interview) -> Interview:
    found = Interview.objects.select_for_update(of=("self",)).select_related("guest", "practice")
    return found.get(pk=interview.pk)


def _open(voice: Voice, review: Review) -> tuple[Interview, Review]:
    """The rows, locked, while the guest has it before them: the newest review, of their own interview."""
    row = _locked(voice.interview)
    newest = cuts.reviewed(row)
    if newest is None or newest.pk != review.pk or row.stage not in (Stage.EDITED, Stage.APPROVED):
        raise Refused(_("This is not with you any more. Whoever asked you can tell you more."))
    return row, newest


def _decide(row: Interview, review: Review, *, approved: bool, note: str, by: Member | None) -> Review:
    """Write the decision down, with the very words it is about."""
    review.is_approved, review.note, review.decided_at = approved, note, clock.now()
    review.reported_by = by.public_id if by else ""
    review.digest = transcripts.digest_of(review.render, review.transcript)
    review.save()
    texts = {}
    if review.transcript is not None:
        words = transcripts.plain(review.transcript).encode()
        texts["words"] = blobs.keep(row.practice_id, words, WORDS)
    sound = review.render.file.digest if review.render is not None and review.render.file is not None else ""
    events.record(
        row.practice_id,
        "interviews:reviewed",
        actor=by.public_id if by else "",
        subject=row.public_id,
        people=[row.guest.public_id] if row.guest else [],
        texts=texts,
        approved=approved,
        digest=review.digest,
        sound=sound,
    )
    return review
