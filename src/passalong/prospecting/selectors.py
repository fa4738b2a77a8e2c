"""Named reads on the ideal client, the wish list and meetings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Q, QuerySet

from passalong.accounts.models import Practice
from passalong.contacts.keys import fold
from passalong.contacts.models import Affiliation, AffiliationKind, Contact
from passalong.contacts.resting import awake
from passalong.core import clock
from passalong.prospecting.fit import Facts, Fit, fit_of
from passalong.prospecting.models import DEFAULT_LEAST_P, FirmAnswer, FitCheck, IdealClient, Meeting, Prospect, Trait
from passalong.ties.models import Answer


def fit_check(practice: Practice) -> FitCheck | None:
    """The practice's fit check, taken or skipped."""
    return FitCheck.objects.filter(practice=practice).first()


def ideal_client(practice: Practice) -> IdealClient:
    """The profile, an unsaved empty one before it is written."""
    return IdealClient.objects.filter(practice=practice).first() or IdealClient(practice=practice)


def traits(practice: Practice) -> list[Trait]:
    """The traits prospects are held against."""
    return list(Trait.objects.filter(practice=practice))


def least_p(practice: Practice) -> float:
    """The probability below which a name is too uncertain to be shown."""
    found = IdealClient.objects.filter(practice=practice).values_list("least_p", flat=True).first()
    return DEFAULT_LEAST_P if found is None else found


def prospects(practice: Practice, *, query: str = "", due: date | None = None) -> QuerySet[Prospect]:
    """The wish list without people who rest (contacts.resting), newest first; `due`: only those to look at again by
    that day."""
    awake_people = awake(Contact.objects.filter(practice=practice)).order_by().values("pk")
    found = Prospect.objects.filter(practice=practice, dropped_at=None).select_related("contact", "organization")
    found = found.filter(Q(contact=None) | Q(contact__in=awake_people))
    found = found.defer("contact__search", "contact__notes")  # long, and not shown in lists
    for word in fold(query).split():
        found = found.filter(Q(contact__search__contains=word) | Q(organization__key__contains=word))
    if due:
        found = found.filter(review_on__lte=due)
    return found.order_by("-added_on", "-pk")


def prospect(practice: Practice, public_id: str) -> Prospect:
    """One entry, dropped or not; raises Prospect.DoesNotExist for another practice's."""
    return Prospect.objects.select_related("contact", "organization").get(practice=practice, public_id=public_id)


def affiliations_by_contact(practice: Practice, contact_ids: Iterable[int]) -> dict[int, list[Affiliation]]:
    """All affiliations of these people with their organizations, in one query."""
    found: dict[int, list[Affiliation]] = defaultdict(list)
    rows = Affiliation.objects.filter(practice=practice, contact_id__in=set(contact_ids))
    for row in rows.select_related("organization").order_by("end", "-start", "pk"):
        found[row.contact_id].append(row)
    return found


def people_of_firms(practice: Practice, organization_ids: Iterable[int]) -> dict[int, dict[int, Contact]]:
    """Known people at each firm (present employees and board members) by primary key, in one query."""
    found: dict[int, dict[int, Contact]] = defaultdict(dict)
    rows = Affiliation.objects.filter(
        practice=practice,
        organization_id__in=set(organization_ids),
        kind__in=(AffiliationKind.EMPLOYER, AffiliationKind.BOARD),
        end="",
    ).select_related("contact")
    for row in rows.order_by("contact__sort_key"):
        found[row.organization_id][row.contact_id] = row.contact
    return found


def firm_answers(client: Contact) -> dict[int, FirmAnswer]:
    """What the client said of whole firms, by the firm's primary key."""
    said = FirmAnswer.objects.filter(practice=client.practice_id, client=client).select_related("organization")
    return {answer.organization_id: answer for answer in said}


def wished_groups(practice: Practice) -> list[tuple[str, int]]:
    """For each group that people on the wish list belong to: (kind, how many of them)."""
    wished = Prospect.objects.filter(practice=practice, dropped_at=None, contact__isnull=False)
    rows = Affiliation.objects.filter(practice=practice, contact__in=wished.values("contact"))
    counted = rows.values("kind", "organization_id").annotate(people=Count("contact_id", distinct=True))
    return [(row["kind"], row["people"]) for row in counted]


@dataclass(slots=True)
class _Present:
    """What is known of a person at present, as traits ask for it."""

    firms: list[str] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    towns: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def add(self, kind: str, role: str, name: str, sector: str, town: str, size: int | None) -> None:
        if kind == AffiliationKind.TOWN:
            self.towns.append(name)
            return
        if kind == AffiliationKind.EMPLOYER:
            self.firms.append(name)
        self.sectors += [sector, name]
        self.roles.append(role)
        self.towns.append(town)
        self.sizes += [size] if size else []


def _present(practice: Practice, contact_ids: Iterable[int]) -> dict[int, _Present]:
    """Present jobs, board seats and towns of these people, in one narrow query."""
    found: dict[int, _Present] = defaultdict(_Present)
    rows = Affiliation.objects.filter(
        practice=practice,
        contact_id__in=set(contact_ids),
        kind__in=(AffiliationKind.EMPLOYER, AffiliationKind.BOARD, AffiliationKind.TOWN),
        end="",
    ).order_by("-start", "pk")
    of = "organization__"
    for pk, *rest in rows.values_list(
        "contact_id", "kind", "role", f"{of}name", f"{of}sector", f"{of}town", f"{of}size"
    ):
        found[pk].add(*rest)
    return found


def _facts(entry: Prospect, present: dict[int, _Present]) -> Facts:
    """What traits are held against: a person's present firm, role and town, or the firm's own."""
    events = tuple(filter(None, (entry.life_event,)))
    if entry.organization:
        firm = entry.organization
        return Facts((firm.sector, firm.name), (), (firm.town,), (firm.size,) if firm.size else (), events)
    known = present.get(entry.contact_id or 0, _Present())
    return Facts(tuple(known.sectors), tuple(known.roles), tuple(known.towns), tuple(known.sizes), events)


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish-list entry with its fit, as a row shows it."""

    entry: Prospect
    fit: Fit
    firm: str
    is_due: bool


def wishes(practice: Practice, entries: Iterable[Prospect]) -> list[Wish]:
    """Entries with fit and present firm, in their order: two more queries, however many."""
    entries = list(entries)
    held = traits(practice)
    present = _present(practice, [e.contact_id for e in entries if e.contact_id])
    today = clock.today()
    return [
        Wish(
            entry,
            fit_of(held, _facts(entry, present)),
            next(iter(present.get(entry.contact_id or 0, _Present()).firms), ""),
            bool(entry.review_on and entry.review_on <= today),
        )
        for entry in entries
    ]


def meetings(practice: Practice, client: Contact | None = None) -> QuerySet[Meeting]:
    """Meetings, latest first."""
    found = Meeting.objects.filter(practice=practice).select_related("client").defer("order")
    return found.filter(client=client) if client else found


def meeting(practice: Practice, public_id: str) -> Meeting:
    """One meeting; raises Meeting.DoesNotExist for another practice's."""
    return Meeting.objects.select_related("client", "practice").get(practice=practice, public_id=public_id)


def last_plan(client: Contact) -> Meeting | None:
    """The meeting of this client into which a gameplan was last taken."""
    planned = Meeting.objects.filter(practice=client.practice_id, client=client, planned_at__isnull=False)
    return planned.order_by("-planned_at").only("practice", "planned_at", "order").first()


def answers_since(planned: Meeting) -> int:
    """On how many pairs clients of this practice have answered since a gameplan was taken in."""
    said = Answer.objects.filter(practice=planned.practice_id, answered_at__gt=planned.planned_at)
    return said.values("client", "prospect").distinct().count()


def last_meetings(practice: Practice, client_ids: Iterable[int]) -> dict[int, date]:
    """When each client was last met, by primary key."""
    found = Meeting.objects.filter(practice=practice, client_id__in=list(client_ids))
    return dict(found.values_list("client_id").annotate(last=Max("held_on")).values_list("client_id", "last"))
