"""Named reads on introductions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passalong.accounts.models import Practice
from passalong.contacts.models import Contact
from passalong.introductions.models import AttributionEvidence, Credit, Introduction, Reply, Stage, Wish
from passalong.introductions.telling import Telling, tellings
from passalong.kits.content import StepKind
from passalong.kits.models import Hit, Verdict

STEPS: dict[str, Promise] = {
    StepKind.TWO_QUESTIONS: _("Answered the two questions"),
    StepKind.TIMES: _("Asked for a time"),
    StepKind.BOOKING: _("Went on to the calendar"),
    StepKind.DOWNLOAD: _("Took the PDF along"),
    StepKind.MAIL: _("Opened a mail to you"),
    StepKind.PHONE: _("Opened your number"),
}


def introductions(practice: Practice) -> QuerySet[Introduction]:
    """Introductions that are open, the one moved last first."""
    return Introduction.objects.filter(practice=practice, is_open=True).select_related("referrer", "prospect")


def introduction(practice: Practice, public_id: str) -> Introduction:
    """One introduction; raises Introduction.DoesNotExist for another practice's."""
    return Introduction.objects.select_related("referrer", "prospect").get(practice=practice, public_id=public_id)


def agreed_by(client: Contact) -> set[int]:
    """Primary keys of the prospects this client agreed to introduce."""
    theirs = introductions(client.practice).filter(referrer=client, prospect__isnull=False).exclude(stage=Stage.IDEA)
    return set(theirs.exclude(stage=Stage.ASKED).values_list("prospect_id", flat=True))


def replies(practice: Practice) -> QuerySet[Reply]:
    """What readers of kit pages answered, latest first, with every sign of who passed the kit along."""
    evidence = AttributionEvidence.objects.select_related("referrer", "link__referrer").order_by("pk")
    return (
        Reply.objects.filter(practice=practice)
        .select_related("link__kit", "link__referrer", "edition", "practice")
        .prefetch_related(Prefetch("evidence", evidence), "introductions")
        .order_by("-at", "-pk")
    )


def wishing(practice: Practice, *, since: datetime) -> QuerySet[Reply]:
    """Replies of people who would like to hear from the practice, latest first."""
    asked = Q(wish=Wish.YES) | Q(step=StepKind.TIMES, wish="")
    return replies(practice).filter(asked, at__gte=since, taken_back_at=None)


@dataclass(frozen=True, slots=True)
class Credited:
    """Whom the practice owes a person: the credited referrer and those who passed the kit along too."""

    first: Contact | None
    rule: str
    others: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A reply as the list shows it. step: in words; signs: what speaks for whom; credit: None without a person.
    by_machine: the page was opened and its button pressed by what was judged to be a machine. telling: consents."""

    reply: Reply
    step: str
    signs: tuple[AttributionEvidence, ...]
    credit: Credited | None
    by_machine: bool
    telling: Telling


def reply_rows(practice: Practice, shown: Iterable[Reply]) -> list[ReplyRow]:
    """The replies with their signs, credit and consents: three queries, and what `replies` fetched."""
    listed = list(shown)
    told = tellings(practice, listed)
    credits = credits_of(practice, listed)
    views = {one.view for one in listed} - {""}
    machines = set(
        Hit.objects.filter(practice=practice, view__in=views, verdict=Verdict.MACHINE)
        .order_by()
        .values_list("link", "view")
    )
    return [
        ReplyRow(
            one,
            str(STEPS.get(one.step, one.step)),
            tuple(one.evidence.all()),
            credits.get(one.person_key),
            (one.link_id, one.view) in machines,
            told[one.public_id],
        )
        for one in listed
    ]


def credits_of(practice: Practice, shown: Iterable[Reply]) -> dict[str, Credited]:
    """The credit for each person who answered, by person key: one query."""
    keys = {reply.person_key for reply in shown} - {""}
    rows = Credit.objects.filter(practice=practice, person_key__in=keys).select_related("referrer").order_by("at", "pk")
    found: dict[str, list[Credit]] = {}
    for row in rows:
        found.setdefault(row.person_key, []).append(row)
    return {key: _credited(of_person) for key, of_person in found.items()}


def _credited(rows: list[Credit]) -> Credited:
    first = next((row for row in rows if row.is_first), None)
    others = tuple(row.referrer for row in rows if not row.is_first and row.referrer)
    return Credited(first.referrer if first else None, first.rule if first else "", others)
