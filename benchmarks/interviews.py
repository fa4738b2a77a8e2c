"""Server time and queries of the pages about interviews, partners and readers in a practice with `size` of each.

A practice is filled with invented rows (seeded): `size` people on file, a fifth of them clients with a mail address, an
employer and two firms they buy from; a twentieth partners of twelve trades, each with a brief and times of being in
touch; `size` interviews spread over the stages, each with its steps and questions, half of the published ones returned;
`size` readers of the news. One interview has been heard by 2,000. Each page is asked for through the whole of Django,
thirty times after a first one; a tenth of the size tells whether queries grow.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from benchmarks.serving import serve

TRADES = (
    "tax",
    "law",
    "insurance",
    "banking",
    "property",
    "payroll",
    "architecture",
    "notary",
    "audit",
    "care",
    "it",
    "hr",
)
TOWNS = ("Mill Bay", "Eastwick", "Alder", "Stone Harbor", "Low Ferry")
SECTORS = ("dental practices", "bakeries", "software", "construction", "schools", "farming")
HEARD = 2_000  # signs of reading and listening of one interview
Rows = list[Any]


def run(size: int) -> dict[str, Any]:
    """Median and 95th percentile in milliseconds and the number of queries, page by page."""
    return serve("interviews", size, _fill)


def _fill(size: int) -> dict[str, Any]:
    """A practice with this many interviews; its member and the addresses to ask for."""
    from passalong.accounts.models import Member, Practice, Role, User
    from passalong.interviews.models import CastingCall, Question, QuestionSet

    dice = random.Random(size)
    practice = Practice.objects.create(name=f"Practice of {size}", country="US")
    user = User.objects.create_member_user(email=f"owner{size}@bench.example", name="Owner", password=None)
    Member.objects.create(practice=practice, user=user, role=Role.OWNER)
    people = _people(practice, size, dice)
    partners = _partners(practice, people[-size // 20 :], dice)
    made = _interviews(practice, people, partners, dice)
    _returns(practice, made, dice)
    heard = _heard(practice, next(one for one in made if one.stage == "shared"))
    _readers(practice, size)
    asked = QuestionSet.objects.create(practice=practice, kind="partner", name="Work")
    Question.objects.create(practice=practice, set=asked, order=1, text="What do you do?")
    call = CastingCall.objects.create(practice=practice, title="Would you?", text="Would you like to?", questions=[])
    return {
        "user": user,
        "list": "/interviews/",
        "list_search": "/interviews/?q=person+7&stage=all",
        "list_last": f"/interviews/?stage=all&page={max(size // 50, 1)}",
        "board": "/interviews/board/",
        "interview": f"/interviews/{heard.public_id}/",
        "partners": "/interviews/partners/",
        "partner": f"/interviews/partners/{partners[0].public_id}/",
        "whom_to_choose": "/interviews/partners/choose/",
        "casting_choose": f"/interviews/casting/{call.public_id}/choose/",
        "owing": "/interviews/owing/",
        "owing_json": "/interviews/owing.json",
        "readers": "/audience/readers/",
        "person": f"/people/{heard.guest.public_id}/",
        "today": "/",
    }


def _people(practice: Any, size: int, dice: random.Random) -> Rows:
    """People on file; the first fifth are clients, the last twentieth partners, all with a mail address and a firm."""
    from passalong.contacts.models import Affiliation, Contact, ContactPoint, Organization, Standing
    from passalong.core import clock

    rows = Contact.objects.bulk_create(
        [
            Contact(
                practice=practice,
                full_name=f"Person {number}",
                sort_key=f"{number} person",
                search=f"person {number} bench example",
            )
            for number in range(size)
        ],
        batch_size=500,
    )
    firms = Organization.objects.bulk_create(
        [
            Organization(
                practice=practice,
                name=f"Firm {number}",
                key=f"firm {number}",
                kind="employer",
                town=dice.choice(TOWNS),
                sector=dice.choice([*TRADES, *SECTORS]),
            )
            for number in range(max(size // 10, 10))
        ],
        batch_size=500,
    )
    ContactPoint.objects.bulk_create(
        [
            ContactPoint(
                practice=practice, contact=one, kind="email", value=f"p{at}@bench.example", key=f"p{at}@bench.example"
            )
            for at, one in enumerate(rows)
        ],
        batch_size=500,
    )
    clients, partners = rows[: size // 5], rows[-size // 20 :]
    own = {"practice": practice, "disclosure": "public", "recorded_on": clock.today()}
    bought = firms[: max(len(firms) // 4, 3)]
    works = {one.pk: dice.choice(firms) for one in rows} | {partners[0].pk: bought[0]}  # one whom clients use
    facts = [Affiliation(contact=one, organization=works[one.pk], kind="employer", **own) for one in rows]
    facts += [
        Affiliation(contact=one, organization=firm, kind="vendor", **own)
        for one in clients
        for firm in dice.sample(bought, 2)
    ]
    Affiliation.objects.bulk_create(facts, batch_size=500)
    Standing.objects.bulk_create(
        [Standing(practice=practice, contact=one, kind="client") for one in clients]
        + [Standing(practice=practice, contact=one, kind="partner") for one in partners],
        batch_size=500,
    )
    return list(rows)


def _partners(practice: Any, people: Rows, dice: random.Random) -> Rows:
    from passalong.core import clock
    from passalong.interviews.models import Brief, Partner, Touch

    today = clock.today()
    rows = Partner.objects.bulk_create(
        [
            Partner(
                practice=practice,
                contact=one,
                trade=dice.choice(TRADES),
                serves="families and small firms",
                next_touch_on=today + timedelta(days=dice.randint(-30, 90)),
            )
            for one in people
        ],
        batch_size=500,
    )
    words = dict.fromkeys(("helps", "recognise", "words", "happens"), "Words.")
    Brief.objects.bulk_create([Brief(practice=practice, partner=one, number=1, **words) for one in rows])
    Touch.objects.bulk_create(
        [
            Touch(practice=practice, partner=one, kind=kind, done_on=today - timedelta(days=dice.randint(0, 300)))
            for one in rows
            for kind in ("useful", "introduction")
        ],
        batch_size=500,
    )
    return list(rows)


def _interviews(practice: Any, people: Rows, partners: Rows, dice: random.Random) -> Rows:
    """One for each person, at any stage, with two steps and ten questions; a partner's is an interview of a partner."""
    from passalong.core import clock
    from passalong.interviews.models import Asked, Interview, InterviewStep
    from passalong.interviews.stages import OPEN

    now, by_contact = clock.now(), {one.contact_id: one for one in partners}
    stages, rows = [*OPEN, "returned", "closed"], []
    for at, one in enumerate(people):
        partner = by_contact.get(one.pk)
        stage = "shared" if at == len(people) - 1 else dice.choice(stages)
        is_open = stage in OPEN
        reached = now - timedelta(days=dice.uniform(0, 300))
        rows.append(
            Interview(
                practice=practice,
                guest=one,
                partner=partner,
                kind="partner" if partner else ("client" if at < len(people) // 5 else "author"),
                stage=stage,
                outcome="declined" if stage == "closed" else "",
                is_open=is_open,
                stage_at=reached,
                due_at=now + timedelta(days=dice.uniform(-20, 40)) if is_open and dice.random() < 0.7 else None,
                scheduled_at=now + timedelta(days=3) if stage == "scheduled" else None,
            )
        )
    made = list(Interview.objects.bulk_create(rows, batch_size=500))
    InterviewStep.objects.bulk_create(
        [
            InterviewStep(practice=practice, interview=row, act=act, to=to, who="practice", at=row.stage_at)
            for row in made
            for act, to in (("plan", "idea"), ("invite", row.stage))
        ],
        batch_size=500,
    )
    Asked.objects.bulk_create(
        [
            Asked(practice=practice, interview=row, order=at, text=f"Question {at}?")
            for row in made
            for at in range(1, 11)
        ],
        batch_size=500,
    )
    return made


def _returns(practice: Any, made: Rows, dice: random.Random) -> None:
    from passalong.core import clock
    from passalong.interviews.models import Return

    today = clock.today()
    given = [one for one in made if one.stage in ("shared", "return_asked", "returned")]
    Return.objects.bulk_create(
        [
            Return(
                practice=practice, interview=one, asked_on=today, reached=dice.randint(50, 900), came=dice.randint(0, 9)
            )
            for one in given
            if one.stage != "shared"
        ],
        batch_size=500,
    )


def _heard(practice: Any, talk: Any) -> Any:
    """This interview is out, and people have read and listened."""
    from passalong.core import clock
    from passalong.interviews.models import Episode, EpisodeHit, EpisodeLink

    episode = Episode.objects.create(
        practice=practice, interview=talk, number=1, title="A talk", published_at=clock.now()
    )
    links = [
        EpisodeLink.objects.create(practice=practice, episode=episode, by=by, token=f"{practice.pk}bench{by}")
        for by in EpisodeLink.By.values
    ]
    EpisodeHit.objects.bulk_create(
        [
            EpisodeHit(
                practice=practice,
                link=links[at % len(links)],
                kind="hit",
                file="page",
                verdict="person",
                reason="read",
                view=f"view{at}",
                at=clock.now(),
            )
            for at in range(HEARD)
        ],
        batch_size=500,
    )
    return talk


def _readers(practice: Any, size: int) -> None:
    from passalong.audience.models import Subscriber
    from passalong.core import clock

    Subscriber.objects.bulk_create(
        [
            Subscriber(
                practice=practice,
                address=f"reader{at}@bench.example",
                address_key=f"reader {at}",
                state="active",
                asked_at=clock.now(),
                confirmed_at=clock.now(),
            )
            for at in range(size)
        ],
        batch_size=500,
    )
