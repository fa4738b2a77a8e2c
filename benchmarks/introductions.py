"""Server time and queries of the pages about introductions in a practice that has had `size` of them.

A practice is filled with invented rows (seeded): 200 clients, one of whom has made a twentieth of the introductions;
`size` people introduced, most introductions still open and spread over the stages, some overdue, each with its steps.
Each page is asked for through the whole of Django, thirty times after a first one; a tenth of the size tells whether
queries grow.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from benchmarks.serving import serve

CLIENTS = 200


def run(size: int) -> dict[str, Any]:
    """Median and 95th percentile in milliseconds and the number of queries, page by page."""
    return serve("introductions", size, _fill)


def _fill(size: int) -> dict[str, Any]:
    """A practice with this many introductions; its member, a client's visit, and the addresses to ask for."""
    from passalong.accounts.models import Member, Practice, Role, User
    from passalong.contacts.models import Standing

    dice = random.Random(size)
    practice = Practice.objects.create(name=f"Practice of {size}", country="US")
    user = User.objects.create_member_user(email=f"owner{size}@bench.example", name="Owner", password=None)
    Member.objects.create(practice=practice, user=user, role=Role.OWNER)
    clients, people = _people(practice, CLIENTS, "client"), _people(practice, size, "friend")
    Standing.objects.bulk_create(Standing(practice=practice, contact=one, kind="client") for one in clients)
    made = _introductions(practice, clients, people, dice)
    return {
        "user": user,
        "cookie": _visit(practice, clients[0], size),
        "board": "/introductions/board/",
        "list": "/introductions/",
        "list_search": "/introductions/?q=friend+7&stage=all",
        "list_last": f"/introductions/?stage=all&page={max(size // 50, 1)}",
        "overdue": "/introductions/?due=overdue",
        "introduction": f"/introductions/{made[0].public_id}/",
        "today": "/",
        "portal": "/me/",
        "portal_introductions": "/me/introductions/",
    }


def _people(practice: Any, many: int, word: str) -> list[Any]:
    from passalong.contacts.models import Contact

    rows = [
        Contact(
            practice=practice,
            full_name=f"{word.title()} {number}",
            sort_key=f"{number} {word}",
            search=f"{word} {number} bench example",
        )
        for number in range(many)
    ]
    return list(Contact.objects.bulk_create(rows, batch_size=500))


def _introductions(practice: Any, clients: list[Any], people: list[Any], dice: random.Random) -> list[Any]:
    """Each by a client, a twentieth by the first; at any stage, with the steps that led there."""
    from passalong.core import clock
    from passalong.introductions.models import Introduction, Step
    from passalong.introductions.stages import OPEN

    now = clock.now()
    stages = [*OPEN * 2, "client", "closed"]
    rows, steps = [], []
    for number, person in enumerate(people):
        stage, at = dice.choice(stages), now - timedelta(days=dice.uniform(0, 200))
        is_open = stage in OPEN
        rows.append(
            Introduction(
                practice=practice,
                referrer=clients[0] if number % 20 == 0 else dice.choice(clients),
                prospect=person,
                stage=stage,
                outcome="no" if stage == "closed" else "",
                is_open=is_open,
                stage_at=at,
                due_at=now + timedelta(days=dice.uniform(-20, 40)) if is_open and dice.random() < 0.7 else None,
                agreed_on=at.date(),
            )
        )
    made = list(Introduction.objects.bulk_create(rows, batch_size=500))
    for row in made:
        for act, to in (("agree", "agreed"), ("pass along", row.stage)):
            steps.append(Step(practice=practice, introduction=row, act=act, to=to, who="practice", at=row.stage_at))
    Step.objects.bulk_create(steps, batch_size=500)
    return made


def _visit(practice: Any, client: Any, size: int) -> tuple[str, str]:
    """A client who has signed in by a mailed link: name and value of the cookie."""
    from passalong.core import clock
    from passalong.introductions.models import PortalKey
    from passalong.introductions.selectors import portal_keys
    from passalong.portal import visits

    later, token = clock.now() + timedelta(hours=1), f"visit-of-{size}"
    PortalKey.objects.create(
        practice=practice,
        referrer=client,
        link_digest=portal_keys.link_digest(f"link {size}"),
        link_ends_at=later,
        used_at=clock.now(),
        visit_digest=portal_keys.visit_digest(token),
        visit_ends_at=later,
    )
    return visits.COOKIE, token
