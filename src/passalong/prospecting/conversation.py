"""The value conversation in five steps: where a meeting stands in it, and what was agreed in the end (M7).

Everything here is read in the client's eyes: it names nobody the client did not speak of in this meeting, and nothing
anybody else said or did.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise as Words
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.introductions.models import AlsoBy, Hearing, Introduction, Promise, Recommendation, Stage
from passalong.introductions.selectors.words import recommendations
from passalong.kits.models import Kit
from passalong.kits.selectors.passing import Offered, offered_to
from passalong.prospecting.models import Meeting, Went, WentPart
from passalong.ties.models import POSITIVE, Answer

# Number, name of the page, what it is about.
STEPS: tuple[tuple[int, str, Words], ...] = (
    (1, "prospecting:went", __("How it went")),
    (2, "prospecting:why", __("Why we ask")),
    (3, "prospecting:meeting", __("Whom it could help")),
    (4, "prospecting:choose_kit", __("What to pass along")),
    (5, "prospecting:next", __("What happens next")),
)
NEXT_WORDS: tuple[Words, ...] = (
    __("You pass the kit along yourself, in your own words, when it suits you."),
    __("Your friend reads it, or does not. We do not know who they are unless they tell us."),
    __(
        "At the end stand two questions: is help wanted, and is contact with us wanted? We write to nobody before both "
        "are answered with yes."
    ),
    __("We tell you what your friend allows us to tell, and nothing else. Without their consent you hear nothing."),
    __("You may change your mind at any time. It changes nothing in how we work for you."),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A step as the line of steps shows it; state is "done", "here" or empty."""

    label: str
    url: str
    state: str


def steps_of(meeting: Meeting, here: int) -> list[Step]:
    """The line of five steps; after a bad answer only the first is a page, for nobody is asked for."""
    return [
        Step(
            str(label),
            "" if meeting.no_ask_at and number > 1 else reverse(name, kwargs={"public_id": meeting.public_id}),
            "here" if number == here else "done" if number < meeting.step and not meeting.no_ask_at else "",
        )
        for number, name, label in STEPS
    ]


def url_of(meeting: Meeting) -> str:
    """Where the conversation goes on."""
    name = next(name for number, name, _label in STEPS if number == meeting.step)
    if meeting.no_ask_at:
        name = "prospecting:right"
    return reverse(name, kwargs={"public_id": meeting.public_id})


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody this client will introduce, or would rather think about. kit: what goes to them, if it was chosen."""

    name: str
    introduction: Introduction
    is_agreed: bool
    is_own: bool
    kit: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed in one meeting."""

    people: tuple[Named, ...]
    undecided: tuple[Contact, ...]
    promises: tuple[Promise, ...]
    messages: tuple[Recommendation, ...]
    hearing: str
    is_over: bool

    @property
    def agreed(self) -> list[Named]:
        return [one for one in self.people if one.is_agreed]

    @property
    def thinking(self) -> list[str]:
        """Names of those the client would like to think about; whether somebody else introduces them does not show."""
        return [*(one.name for one in self.people if not one.is_agreed), *map(str, self.undecided)]


def agreed_in(meeting: Meeting) -> Agreed:
    """What stands on the last page: a fixed number of queries."""
    people = people_of(meeting)
    return Agreed(
        people,
        undecided_in(meeting, people),
        promises_of(meeting),
        messages_of(meeting),
        hearing_of(meeting.client),
        bool(meeting.no_ask_at),
    )


def people_of(meeting: Meeting) -> tuple[Named, ...]:
    """Whom the client spoke of in this meeting and will introduce. Whether somebody else introduces the same person
    does not show."""
    said = Answer.objects.filter(meeting=meeting, client=meeting.client, answer__in=POSITIVE).values("prospect")
    here = Q(meeting=meeting.public_id) | Q(prospect__in=said)
    own = Introduction.objects.filter(here, practice=meeting.practice_id, referrer=meeting.client, is_open=True)
    people = [_named(one, is_own=True) for one in own.select_related("prospect", "kit").order_by("pk")]
    also = AlsoBy.objects.filter(
        practice=meeting.practice_id,
        referrer=meeting.client,
        introduction__is_open=True,
        introduction__prospect__in=said,
    )
    people += [
        _named(one.introduction, is_own=False) for one in also.select_related("introduction__prospect").order_by("pk")
    ]
    return tuple(people)


def undecided_in(meeting: Meeting, people: Iterable[Named]) -> tuple[Contact, ...]:
    """Whom the client would like to think about while somebody else introduces them: nothing is recorded before the
    client decides. people: who stands in an introduction of the client's."""
    if not meeting.thinking:
        return ()
    ids = [one["id"] for one in meeting.thinking]
    known = [one.introduction.prospect_id for one in people if one.introduction.prospect_id]
    return tuple(Contact.objects.filter(practice=meeting.practice_id, public_id__in=ids).exclude(pk__in=known))


def _named(one: Introduction, *, is_own: bool) -> Named:
    name = one.prospect.full_name if one.prospect else _("Somebody you named; we do not keep the name")
    is_agreed = not is_own or one.stage not in (Stage.IDEA, Stage.ASKED)
    return Named(name, one, is_agreed, is_own, str(one.kit) if is_own and one.kit else "")


def went_words(meeting: Meeting) -> list[tuple[str, str]]:
    """What was asked about and what the client said, in words."""
    return [(str(WentPart(part).label), str(Went(how).label)) for part, how in meeting.went.items()]


def promises_of(meeting: Meeting) -> tuple[Promise, ...]:
    """What the practice promised this client in this meeting and both still want."""
    made = Promise.objects.filter(practice=meeting.practice_id, to=meeting.client, meeting=meeting.public_id)
    return tuple(made.filter(dropped_on=None).order_by("due_on", "pk"))


def messages_of(meeting: Meeting, most: int = 10) -> tuple[Recommendation, ...]:
    """What this client wrote to friends since the meeting began, and said to be the client's own words."""
    written = recommendations(meeting.practice).filter(referrer=meeting.client, created_at__gte=meeting.created_at)
    return tuple(written.filter(confirmed_at__isnull=False)[:most])


def hearing_of(client: Contact) -> str:
    """How the client wants to hear, in words; empty while nothing was chosen."""
    chosen = Hearing.objects.filter(referrer=client).first()
    if chosen is None:
        return ""
    return f"{chosen.get_channel_display()}. {chosen.get_rhythm_display()}."


def hears(client: Contact) -> dict[str, str]:
    """What the client chose before; nothing while nothing was chosen."""
    chosen = Hearing.objects.filter(referrer=client).first()
    return {"channel": chosen.channel, "rhythm": chosen.rhythm} if chosen else {}


def quiet_of(client: Contact) -> date | None:
    """The day to come before which this client wants no news; choosing anew leaves it as it is."""
    chosen = Hearing.objects.filter(referrer=client, quiet_until__gt=clock.today()).first()
    return chosen.quiet_until if chosen else None


def kits_for(client: Contact) -> list[Offered]:
    """Published kits, with this client's link where there is one."""
    return offered_to(client)


def kit_of(practice: Practice, public_id: str) -> Kit:
    """One kit of this practice; raises Kit.DoesNotExist."""
    return Kit.objects.get(practice=practice, public_id=public_id)


def mission_of(practice: Practice) -> str:
    """Why the practice does this, in its own words."""
    return practice.mission.strip()


def in_a_week(day: date) -> date:
    """By when a promise is to be kept unless another day is said."""
    return date.fromordinal(day.toordinal() + 7)
