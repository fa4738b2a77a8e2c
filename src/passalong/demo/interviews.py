"""The demo practice's interviews: one at every stage, some ended; partners of four trades; a casting call.

They are moved as people move them; only the days are invented. No sound is made for them: recordings are the visitor's.
"""

from __future__ import annotations

from datetime import timedelta

from passalong.accounts.models import Member
from passalong.contacts.models import Contact, PointKind, StandingKind
from passalong.contacts.selectors import clients
from passalong.core import clock
from passalong.core.ids import digest, new_token
from passalong.interviews import letters
from passalong.interviews.models import CastingAsk, GuestKind, Interview, InterviewStep
from passalong.interviews.services import casting, inviting, moving, partnering, questions, returning
from passalong.interviews.stages import Who

# The partners of the invented world by family name: trade, whom they serve, how many people they reach.
TRADES = (
    ("Marchetti", "tax", "Owners of small firms, and families with more than one kind of income", 900),
    ("Teller", "law", "Families who put their affairs in order", 400),
    ("Hanratty", "insurance", "Owners and households around the harbor", 1500),
    ("Sethi", "selling firms", "Owners who think of handing over within five years", 250),
)
# The road of an interview: act and by whom. Every interview below goes some of it.
ROAD = (
    ("invite", Who.MEMBER),
    ("accept", Who.GUEST),
    ("schedule", Who.GUEST),
    ("record", Who.GUEST),
    ("edit", Who.MEMBER),
    ("approve", Who.GUEST),
    ("publish", Who.MEMBER),
    ("share", Who.GUEST),
    ("ask for the return", Who.MEMBER),
    ("return", Who.MEMBER),
)
# Kind of guest, working title, how much of the road, an act that ends it, how many days ago the last act was.
TALKS: tuple[tuple[str, str, int, str, int], ...] = (
    ("partner", "What a tax adviser sees in March", 9, "", 4),
    ("partner", "Three letters every family should have in a drawer", 10, "", 5),
    ("partner", "What storms teach about cover", 2, "", 2),
    ("partner", "The year before a firm is sold", 1, "", 12),
    ("client", "A boatyard in the third generation", 7, "", 1),
    ("client", "Learning to weld at fifty", 8, "", 6),
    ("client", "The choir that bought its hall", 6, "", 3),
    ("client", "", 5, "", 5),
    ("client", "Bread before five in the morning", 4, "", 3),
    ("client", "", 3, "", 1),
    ("client", "", 0, "", 6),
    ("client", "", 1, "decline", 20),
    ("client", "", 0, "drop", 30),
)
ASKED = 4  # clients on the casting call
PLACE = "Mill Café, the room upstairs"
WHERE = "Their letter to clients, and the talk on the second Thursday"
PITCH = (
    "Your readers have heard you ask good questions; they may like to hear somebody else answer some. I would bring "
    "ten questions people have long before they think of a financial adviser, and nothing would be sold."
)


def load(owner: Member) -> None:
    """Partners, question sets, interviews, and a call to clients."""
    questions.set_up(owner.practice)
    partners, people = _partners(owner), _clients(owner)
    for kind, title, far, end, days in TALKS:
        pool = partners if kind == GuestKind.PARTNER else people
        if pool:
            _talk(owner, pool.pop(0), kind, title, far, end, days)
    _call(owner, people[:ASKED])


def _partners(owner: Member) -> list[Contact]:
    """The referral partners of the invented world, each with their trade."""
    standing = {"standings__kind": StandingKind.PARTNER, "standings__until": None}
    people = {one.family_name: one for one in Contact.objects.filter(practice=owner.practice, **standing)}
    found = []
    for name, trade, serves, reach in TRADES:
        if (person := people.get(name)) is not None:
            partnering.choose(by=owner, contact=person, trade=trade, serves=serves, audience_size=reach)
            found.append(person)
    return found


def _clients(owner: Member) -> list[Contact]:
    """Clients with a mail address who may be asked."""
    found = clients(owner.practice).filter(points__kind=PointKind.EMAIL, do_not_ask=False)
    return list(found.distinct().order_by("-sort_key", "pk"))


def _talk(owner: Member, guest: Contact, kind: str, title: str, far: int, end: str, days: int) -> None:
    found = inviting.plan(by=owner, guest=guest, kind=kind, title=title)
    for act, who in ROAD[:far]:
        _go(found, act, who, owner, days)
    if end:
        _go(found, end, Who.GUEST if end == "decline" else Who.MEMBER, owner, days)
    _some_days_ago(found, days)


def _go(found: Interview, act: str, who: Who, owner: Member, days: int) -> None:
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    if act == "ask for the return":
        returning.ask(by=owner, interview=found, pitch=PITCH)
    elif act == "return":
        returning.schedule(by=owner, interview=found, on=now - timedelta(days=days), where=WHERE)
        returning.log(by=owner, interview=found, reached=380, came=6)
    elif act == "schedule":
        moving.move(interview=found, act=act, who=who, scheduled_at=now + timedelta(days=4), place=PLACE)
    else:
        moving.move(interview=found, act=act, who=who, by=owner if who is Who.MEMBER else None)
    found.refresh_from_db()


def _some_days_ago(found: Interview, days: int) -> None:
    """The story as if its last act had been then, and each before it three days earlier."""
    last = clock.now() - timedelta(days=days)
    for earlier, step in enumerate(found.steps.order_by("-pk")):
        InterviewStep.objects.filter(pk=step.pk).update(at=last - timedelta(days=3 * earlier))
    found.stage_at = last
    found.due_at = moving.due_at(found) if found.is_open else None
    found.save(update_fields=["stage_at", "due_at"])


def _call(owner: Member, people: list[Contact]) -> None:
    """A call that went to a few clients a week ago: one would like to be featured, one would rather not."""
    asked = [one["text"] for one in letters.casting_questions()]
    text = letters.casting_text(owner.practice)
    call = casting.open_call(by=owner, title="Would you like to be featured?", text=text, asked=asked)
    casting.choose(by=owner, call=call, clients=people)
    for ask, would in zip(list(CastingAsk.objects.filter(call=call).order_by("pk")), (True, False), strict=False):
        token = new_token()
        CastingAsk.objects.filter(pk=ask.pk).update(token_digest=digest(token))
        if (own := casting.ask_of(token)) is not None:
            casting.answer(ask=own, would=would, answers=dict.fromkeys(casting.KEYS, True))
