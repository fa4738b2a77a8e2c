"""Whom the practice would love to meet and why, what happens in people's lives, and what clients answered before."""

from __future__ import annotations

from datetime import date, timedelta

from .dice import Dice
from .scene import Scene, leads
from .shapes import Answer, AnswerWord, ClientMeeting, Contact, Disclosure, LifeEvent, Source, WishEntry

_FIRMS = 6
_FIRM_SECTORS = ("dental", "construction", "manufacturing", "technology", "architecture", "health")
_SOURCES = (
    "Valley Courier business page", "Chamber member list", "Noticed at the Business Awards",
    "Marked among our contacts", "Lunch with Ellen Marchetti", "A talk at the Chamber", "Miriam's own list",
)  # fmt: skip

# kind -> (youngest, oldest, needs a top job, words)
_EVENTS: dict[str, tuple[int, int, bool, str]] = {
    "sale of a firm": (48, 72, True, "has had an offer for the firm"),
    "retirement in sight": (57, 70, False, "wants to stop within five years"),
    "partner leaving": (40, 66, True, "a partner is leaving and has to be paid out"),
    "second location": (34, 60, True, "is opening a second location"),
    "new partnership": (32, 50, False, "was made a partner this year"),
    "last child leaves home": (46, 60, False, "the last child is off to college"),
    "move to the region": (28, 70, False, "came to the valley not long ago"),
}
# What also happens to those who do not work any more.
_AT_HOME = ("last child leaves home", "move to the region")
_FOLLOWING = (
    "Nobody seems to look after the whole picture.",
    "Exactly the question we are good at.",
    "Has been on our mind since spring.",
    "Would make a good neighbour to our other clients.",
    "We know nobody close so far.",
)
_MEETINGS = (("Helena", 6, "knows"), ("Gus", 6, "knows"), ("Rosalind", 5, "rather_not"))


def live_events(dice: Dice, scene: Scene) -> tuple[LifeEvent, ...]:
    """What happens in the lives of most prospects and of a few others."""
    others = dice.some([n for n in scene.chosen if scene.standings.get(n) is None], 45)
    events = [_event(dice, scene, n) for n in scene.having("prospect") if dice.chance(0.75)]
    events += [_event(dice, scene, n) for n in others]
    return tuple(event for event in events if event is not None)


def _event(dice: Dice, scene: Scene, number: int) -> LifeEvent | None:
    person = scene.people[number]
    age, top = scene.today.year - person.born, leads(person) is not None
    fitting = [kind for kind, (low, high, need, _) in _EVENTS.items() if low <= age <= high and (top or not need)]
    if person.now("employer") is None:
        fitting = [kind for kind in fitting if kind in _AT_HOME]
    if not fitting:
        return None
    kind = dice.pick(fitting)
    source, disclosure, told_by = _heard(dice, scene, number)
    day = scene.back(dice.between(10, 500))
    recorded = scene.day(dice, day, scene.back(2))
    return LifeEvent(scene.keys[number], kind, day, _EVENTS[kind][3], source, recorded, disclosure, told_by)


def _heard(dice: Dice, scene: Scene, number: int) -> tuple[Source, Disclosure, str | None]:
    friends = [f for f in scene.friends[number] if scene.standings.get(f) in ("client", "partner")]
    if friends and dice.chance(0.5):
        return "note", "told", scene.keys[dice.pick(friends)]
    return ("linkedin", "public", None) if dice.chance(0.5) else ("note", "private", None)


def wish(
    dice: Dice, scene: Scene, contacts: tuple[Contact, ...], events: tuple[LifeEvent, ...]
) -> tuple[WishEntry, ...]:
    """The wish list: every prospect, and a few firms."""
    news = {event.contact: event.text for event in events}
    by_number = dict(zip(scene.chosen, contacts, strict=True))
    entries = []
    for number in scene.having("prospect"):
        added = by_number[number].standing_since or scene.back(30)
        reason = _reason(dice, scene, number, news.get(scene.keys[number]))
        entries.append(WishEntry(scene.keys[number], None, reason, dice.pick(_SOURCES), added, _review(dice, added)))
    for place in _firms(dice, scene):
        added = scene.back(dice.between(20, 300))
        key, reason = scene.organization_key(place), _firm_reason(scene, place)
        entries.append(WishEntry(None, key, reason, dice.pick(_SOURCES), added, _review(dice, added)))
    return tuple(entries)


def _review(dice: Dice, added: date) -> date:
    return added + timedelta(days=30 * dice.between(6, 18))


def _reason(dice: Dice, scene: Scene, number: int, news: str | None) -> str:
    job = scene.people[number].now("employer")
    start = "Retired, well connected"
    if job is not None:
        start = f"{job.role} at {scene.region.places[job.place].name}"
    return f"{start}; {news}. {dice.pick(_FOLLOWING)}" if news else f"{start}. {dice.pick(_FOLLOWING)}"


def _firms(dice: Dice, scene: Scene) -> list[int]:
    """Firms of the right trade in which we have somebody, and none of whose people is a prospect or a client."""
    staff: dict[int, set[int]] = {}
    for number in scene.chosen:
        job = scene.people[number].now("employer")
        if job is not None:
            staff.setdefault(job.place, set()).add(number)
    taken = set(scene.having("prospect", "client", "partner"))
    places = scene.region.places
    free = [p for p in sorted(staff) if places[p].kind == "firm" and len(staff[p]) >= 2 and not staff[p] & taken]
    right = [p for p in free if places[p].sector in _FIRM_SECTORS]
    return (dice.some(right, _FIRMS) + dice.some([p for p in free if p not in right], _FIRMS))[:_FIRMS]


def _firm_reason(scene: Scene, place: int) -> str:
    firm = scene.region.places[place]
    return f"Firm of {firm.size} people ({firm.sector}), still with its founders. Whom do our clients know there?"


def earlier_meetings(dice: Dice, scene: Scene) -> tuple[tuple[ClientMeeting, ...], tuple[Answer, ...]]:
    """Three clients have been shown names before."""
    meetings: list[ClientMeeting] = []
    answers: list[Answer] = []
    for number, (given, names, first) in enumerate(_MEETINGS, 1):
        client = next(n for n in scene.having("client") if scene.people[n].given == given)
        day = scene.back(dice.between(40, 300))
        key = f"t{number:02d}"
        meetings.append(
            ClientMeeting(key, scene.keys[client], day, "Happy with the tax work.", "Wants to be told how it went.")
        )
        for place, prospect in enumerate(_shown(dice, scene, client, names)):
            word = "rather_not" if first == "rather_not" and place == 0 else _answer(scene, client, prospect)
            note = _answer_note(dice, word)
            answers.append(Answer(scene.keys[client], scene.keys[prospect], word, day, key, note))
    return tuple(meetings), tuple(answers)


def _shown(dice: Dice, scene: Scene, client: int, names: int) -> list[int]:
    """Half of them known to the client, as far as there are so many left to ask about later."""
    prospects = scene.having("prospect")
    known = [p for p in prospects if scene.bonds.tied[client, p]]
    unknown = [p for p in prospects if not scene.bonds.tied[client, p]]
    half = dice.some(known, min(names // 2, max(1, len(known) - 4)))
    return half + dice.some(unknown, names - len(half))


def _answer(scene: Scene, client: int, prospect: int) -> AnswerWord:
    strength = float(scene.bonds.strength[client, prospect])
    if scene.bonds.banned[client, prospect]:
        return "rather_not"
    return "does_not_know" if strength <= 0 else "knows_well" if strength >= 0.45 else "knows"


def _answer_note(dice: Dice, word: AnswerWord) -> str:
    if word == "knows_well":
        return dice.pick(("Call first, evenings are best.", "Is thinking about the next step just now."))
    return "Not before the summer." if word == "rather_not" else ""
