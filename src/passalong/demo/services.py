"""The demo practice: one act puts it in, one takes it out, and it never mixes with a practice's own data."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice, Profession, Role, User
from passalong.accounts.rules import demand
from passalong.accounts.selectors import demo_practice
from passalong.core import clock, events, records
from passalong.core.errors import Refused
from passalong.core.revisions import EVIDENCE, bump
from passalong.demo import calendar, care, interviews, introductions, kit, kit_text, news, office, together, world
from passalong.demo.loading import Loader
from passalong.prospecting.fit_check import QUESTIONS
from passalong.prospecting.models import FitCheck
from passalong.ties import versions

OWNER = ("miriam@rowanpike.example", "Miriam Rowan")
ASSISTANT = ("joyce@rowanpike.example", "Joyce Tolliver")
NOT_TRUE = {"one_person"}  # what the invented practice has not done yet


@transaction.atomic
def put_in(*, user: User | None = None) -> Member:
    """Make the demo practice if there is none, and return its owner, or the given user's place in it: in the demo
    one is what one is at home."""
    found = demo_practice()
    practice = found or _make()
    role = Role.OWNER
    if user is None:
        user = _invented(*OWNER)
    elif not Member.objects.filter(user=user, role=Role.OWNER).exists():
        role = Role.ASSISTANT
    member, _new = Member.objects.get_or_create(practice=practice, user=user, defaults={"role": role})
    if found is None:
        kit.load(member)
        introductions.load(member)
        care.load(member)
        calendar.load(member)
        miriam, joyce = _works_there(practice, OWNER, Role.OWNER), _works_there(practice, ASSISTANT, Role.ASSISTANT)
        together.load(miriam, joyce)
        interviews.load(miriam)
        news.load(miriam)
        office.load(miriam, joyce)
    return member


def _works_there(practice: Practice, who: tuple[str, str], role: Role) -> Member:
    """One of the invented people at their place, whoever opened the demo: one asks, another decides."""
    return Member.objects.get_or_create(practice=practice, user=_invented(*who), defaults={"role": role})[0]


def _invented(email: str, name: str) -> User:
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_member_user(email=email, name=name, password=None)


def _make() -> Practice:
    made = world.make(today=clock.today())
    practice = Practice.objects.create(
        name=made.practice.name,
        profession=Profession.ADVISER,
        country="US",
        region="WA",
        imprint=kit_text.IMPRINT,
        colour=kit_text.COLOUR,
        mission=made.profile.mission,
        is_demo=True,
    )
    Loader(practice, made).load()
    FitCheck.objects.create(
        practice=practice, answers={q.id: q.id not in NOT_TRUE for q in QUESTIONS}, taken_on=clock.today()
    )
    events.record(practice.pk, "demo:put_in")
    bump(practice.pk, EVIDENCE)
    return practice


@transaction.atomic
def remove(*, by: Member) -> None:
    """Take the demo practice out with everything in it. Refuses for any other practice."""
    demand(by, "demo.remove")
    if not by.practice.is_demo:
        raise Refused(_("This is not the demo practice: nothing was removed."))
    _take_out(by.practice)


@transaction.atomic
def remove_if_there() -> bool:
    """Take the demo out from the command line; False when there is none."""
    practice = demo_practice()
    if practice is None:
        return False
    _take_out(practice)
    return True


def _take_out(practice: Practice) -> None:
    transaction.on_commit(partial(versions.forget, practice.public_id))
    records.remove_practice(practice)
    User.objects.filter(email__in=[OWNER[0], ASSISTANT[0]], memberships=None).delete()
