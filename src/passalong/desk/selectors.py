"""What Today shows, joined from the rooms. Every read is a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from passalong.accounts.models import Practice
from passalong.contacts import selectors as contacts
from passalong.contacts.models import Affiliation, Contact
from passalong.core import clock
from passalong.desk import next_meeting, waiting
from passalong.desk.next_meeting import Meetings
from passalong.desk.waiting import Section
from passalong.exchange import selectors as exchange
from passalong.exchange.models import BatchState, ImportBatch
from passalong.introductions import selectors as introductions
from passalong.introductions.selectors import ReplyRow
from passalong.kits.models import Edition
from passalong.kits.selectors import editions
from passalong.privacy.selectors import duties
from passalong.privacy.selectors.duties import Pressing
from passalong.prospecting import agenda
from passalong.prospecting import selectors as prospecting
from passalong.prospecting.models import FitCheck, IdealClient, Meeting, Prospect, Trait
from passalong.ties import selectors as ties

SHOWN = 5  # lines a section shows before it says how many more there are
YEAR = timedelta(days=365)
NEWS = timedelta(days=14)  # how long an answer to a kit stands on Today
CROWD = 40  # a group with more clients and names than this says little about who knows whom
SAY = {
    "fit": __("Ten statements tell whether referrals by gameplan suit your practice, and what to mend first."),
    "ideal": __("Describe whom you serve best. Everybody you would love to meet is held against it."),
    "import": __("Bring in the people you have: LinkedIn, Google, Outlook, vCard, a member list. You see it first."),
    "wish": __("Name the people and firms you would love to meet. Ten are enough to begin."),
    "plan": __("Choose a client you meet soon, and see whom on your list they probably know."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the first run; state is "done", "here" or empty."""

    label: str
    url: str
    state: str
    say: str


@dataclass(frozen=True, slots=True)
class ToMeet:
    """A client nobody has sat down with for a year; `names` of the wish list share a smaller group with them."""

    client: Contact
    names: int


@dataclass(frozen=True, slots=True)
class Today:
    """The page in one piece. Lists are the first few, the numbers beside them are all."""

    steps: list[Step]
    to_meet: list[ToMeet]
    to_meet_count: int
    meetings: Meetings
    sections: list[Section]
    due: list[Prospect]
    due_count: int
    staged_count: int
    batches: list[ImportBatch]
    wishing: list[ReplyRow]
    editions_waiting: int
    taken_away: list[Edition]
    to_tell: Pressing
    needs_balancing: bool
    has_people: bool
    has_clients: bool

    @property
    def is_first_run(self) -> bool:
        """Whether a step is still to be taken."""
        return any(step.state != "done" for step in self.steps)


def today(practice: Practice) -> Today:
    """What is next for this practice."""
    to_meet, to_meet_count = clients_to_meet(practice)
    due = prospecting.prospects(practice, due=clock.today()).order_by("review_on", "pk")
    has_people = bool(to_meet) or Contact.objects.filter(practice=practice).exists()
    return Today(
        steps=[] if practice.is_demo else first_steps(practice, has_people),
        to_meet=to_meet,
        to_meet_count=to_meet_count,
        meetings=next_meeting.meetings(practice),
        sections=waiting.sections(practice),
        due=list(due[:SHOWN]),
        due_count=due.count(),
        staged_count=ties.staged_addresses(practice).count(),
        batches=list(_batches(practice)[:3]),
        wishing=_wishing(practice),
        editions_waiting=editions.waiting(practice).count(),
        taken_away=list(editions.taken_away(practice)[: SHOWN + 1]),
        to_tell=duties.pressing(practice),
        needs_balancing=has_people and duties.needs_balancing(practice),
        has_people=has_people,
        has_clients=bool(to_meet) or contacts.clients(practice).exists(),
    )


def _batches(practice: Practice) -> QuerySet[ImportBatch]:
    seen = (BatchState.QUEUED, BatchState.RUNNING, BatchState.DONE, BatchState.FAILED)
    return exchange.batches(practice).filter(state__in=seen)


def clients_to_meet(practice: Practice, shown: int = SHOWN) -> tuple[list[ToMeet], int]:
    """Clients without a meeting in the last year and without one to come, those first who share the most small groups
    with the wish list: the first few, and how many there are.

    A promise, not a ranking: who probably knows whom is worked out when a gameplan is opened.
    """
    lately = Meeting.objects.filter(practice=practice, held_on__gt=clock.today() - YEAR)
    rest = contacts.clients(practice).filter(do_not_ask=False).exclude(pk__in=lately.values("client"))
    noted = agenda.to_come(practice).filter(client__isnull=False).order_by()
    rest = rest.exclude(pk__in=noted.values("client"))
    ids = list(rest.values_list("pk", flat=True))
    names = _names_in_common(practice) if ids else {}
    first = sorted(ids, key=lambda pk: -names.get(pk, 0))[:shown]  # stable: by name where the number is the same
    people = Contact.objects.in_bulk(first)
    return [ToMeet(people[pk], names.get(pk, 0)) for pk in first], len(ids)


def _wishing(practice: Practice) -> list[ReplyRow]:
    """The latest readers of a kit who would like to hear from the practice and stand in no introduction yet, as what is
    next there stands on Today too; buttons that machines pressed left out."""
    found = introductions.wishing(practice, since=clock.now() - NEWS)
    latest = found.filter(introductions__isnull=True)[: 2 * SHOWN]
    return [row for row in introductions.reply_rows(practice, latest) if not row.by_machine][:SHOWN]


def _names_in_common(practice: Practice) -> dict[int, int]:
    """For each client, how many people on the wish list share a group with them that is no crowd: two queries."""
    wished = prospecting.prospects(practice).filter(contact__isnull=False)
    names = _members(practice, wished.order_by().values("contact"))
    clients = _members(practice, contacts.clients(practice).order_by().values("pk"))
    common: dict[int, set[int]] = defaultdict(set)
    for group, of_group in clients.items():
        if len(of_group) + len(names.get(group, ())) <= CROWD:
            for client_id in of_group:
                common[client_id] |= names.get(group, set()) - {client_id}
    return {client_id: len(found) for client_id, found in common.items()}


def _members(practice: Practice, people: QuerySet[Any, Any]) -> dict[int, set[int]]:
    """Who of these people belongs to which group; towns say too little to count."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Affiliation.objects.filter(practice=practice, contact__in=people)
    rows = rows.filter(organization__realm__in=("body", "event", "street"))
    for contact_id, organization_id in rows.values_list("contact_id", "organization_id"):
        found[organization_id].add(contact_id)
    return found


def first_steps(practice: Practice, has_people: bool) -> list[Step]:
    """Fit check, ideal client, import, wish list, first gameplan: how far this practice has come. One query."""
    kinds = (FitCheck, IdealClient, Trait, Prospect, Meeting)
    has_any = [Exists(kind._default_manager.filter(practice=OuterRef("pk"))) for kind in kinds]
    checked, profile, trait, wished, met = Practice.objects.values_list(*has_any).get(pk=practice.pk)
    done = (
        (checked, _("Fit check"), "prospecting:fit_check", SAY["fit"]),
        (profile or trait, _("Ideal client"), "prospecting:ideal_client", SAY["ideal"]),
        (has_people, _("Import"), "exchange:import", SAY["import"]),
        (wished, _("Wish list"), "prospecting:wishlist", SAY["wish"]),
        (met, _("First gameplan"), "prospecting:gameplan", SAY["plan"]),
    )
    here = next((number for number, step in enumerate(done) if not step[0]), len(done))
    return [
        Step(label, address(name), "done" if is_done else "here" if number == here else "", str(say))
        for number, (is_done, label, name, say) in enumerate(done)
    ]


def address(name: str) -> str:
    """The address of a page, empty where the room does not have it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
