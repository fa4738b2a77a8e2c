"""What the practice saw and heard of people together: mail, calendar, connections, relatives, and what was said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations

from .dice import Dice
from .scene import Scene
from .shapes import Appointment, Contact, Disclosure, Message, Observation, ObservationKind, Source

_MESSAGES = 150
_INVITATIONS = 2
_LUNCHES = 48
_SEMINARS = 2

_SUBJECTS = (
    "Saturday", "Papers for the closing", "Dinner on the 14th?", "The board retreat", "Who does your books?",
    "Re: garden wall", "Tickets", "Our talk last week", "Fwd: programme", "Car share", "The regatta", "Lease draft",
    "Minutes", "Happy birthday!", "Question about the fund", "Old team, new table",
)  # fmt: skip
_SAID_OF_OTHER = (
    "Mentioned {b}: they {bond}.",
    "{b} came up twice; they {bond}.",
    "Told us about {b}: they {bond}.",
    "Spoke of {b} as somebody to trust: they {bond}.",
)
_SAID_OF_TWO = (
    "{t} told us that {a} and {b} {bond}.",
    "According to {t}, {a} and {b} {bond}.",
    '{t}: "{a} and {b}? They {bond}."',
)
_BONDS = (
    "went skiing together for years", "run the same Saturday route", "built the boat shed together",
    "had children in the same class", "started out in the same office", "meet for cards every month",
    "were neighbours for ten years", "sat on a jury of the business awards", "share a hunting cabin",
    "did a deal once and stayed in touch", "sing next to each other", "were at school together",
)  # fmt: skip


class Watch:
    """Collects observations; keys count from b0001."""

    def __init__(self, dice: Dice, scene: Scene, contacts: tuple[Contact, ...]) -> None:
        self.dice, self.scene = dice, scene
        self.by_number = dict(zip(scene.chosen, contacts, strict=True))
        self.number_of = {key: number for number, key in scene.keys.items()}
        self.rows: list[Observation] = []
        self._have: set[tuple[str, str, str, str | None]] = set()

    def name(self, number: int) -> str:
        """Given and family name."""
        return self.by_number[number].name

    def stranger(self, number: int) -> int:
        """Any other contact, most likely unknown to the person."""
        return self.dice.pick([other for other in self.scene.chosen if other != number])

    def add(
        self, pair: tuple[int, int], kind: ObservationKind, source: Source, days: Iterable[date],
        disclosure: Disclosure = "private", told_by: int | None = None, text: str = "",
    ) -> None:  # fmt: skip
        """Add one row unless the same was seen already; days may come in any order."""
        a, b = sorted(self.scene.keys[number] for number in pair)
        teller = None if told_by is None else self.scene.keys[told_by]
        if a == b or (a, b, kind, teller) in self._have:
            return
        self._have.add((a, b, kind, teller))
        seen = sorted(days)
        recorded = min(self.scene.back(1), seen[-1] + timedelta(days=self.dice.between(0, 3)))
        key = f"b{len(self.rows) + 1:04d}"
        self.rows.append(
            Observation(key, a, b, kind, len(seen), seen[0], seen[-1], source, recorded, disclosure, teller, text)
        )


def write_messages(dice: Dice, scene: Scene, contacts: tuple[Contact, ...]) -> tuple[Message, ...]:
    """Mail that reached the practice: mostly a contact and friends, a few invitations to many."""
    mailable = {scene_number for scene_number, c in zip(scene.chosen, contacts, strict=True) if c.emails}
    senders = [n for n in scene.chosen if n in mailable]
    close = [n for n in scene.having("client", "partner") if n in mailable]
    drafts: list[tuple[str, int, list[int]]] = []
    while len(drafts) < _MESSAGES:
        sender = dice.pick(close if dice.chance(0.7) else senders)
        friends = [f for f in scene.friends[sender] if f in mailable]
        copied = dice.some(friends[:12], dice.between(1, 2))
        copied += [dice.pick(senders)] if dice.chance(0.2) else []
        drafts.append((dice.pick(_SUBJECTS), sender, [c for c in dict.fromkeys(copied) if c != sender]))
    hosts = dice.some(close, _INVITATIONS)
    drafts += [("Open house", host, dice.some([n for n in senders if n != host], 8)) for host in hosts]
    drafts = dice.some([draft for draft in drafts if draft[2]], len(drafts))
    sent = sorted(_moment(dice, scene) for _ in drafts)
    return tuple(
        Message(f"m{n:04d}", at, scene.keys[sender], tuple(scene.keys[c] for c in copied), subject)
        for n, (at, (subject, sender, copied)) in enumerate(zip(sent, drafts, strict=True), 1)
    )


def _moment(dice: Dice, scene: Scene) -> datetime:
    day = scene.back(dice.between(2, 900))
    return datetime.combine(day, time(dice.between(7, 19), dice.between(0, 59)), UTC)


def keep_calendar(dice: Dice, scene: Scene) -> tuple[Appointment, ...]:
    """Yearly talks with clients and whom they live with, lunches with a friend brought along, a few seminars."""
    entries: list[tuple[str, list[int]]] = []
    for client in scene.having("client"):
        home = sorted(scene.household(client))
        entries += [("Yearly review", [client, *home]) for _ in range(dice.between(1, 3)) if home]
    hosts = scene.having("client", "partner")
    for _ in range(_LUNCHES):
        host = dice.pick(hosts)
        guests = dice.some(scene.friends[host][:20], dice.between(1, 2))
        entries.append((dice.pick(("Lunch", "Coffee", "Introduction call", "Planning talk")), [host, *guests]))
    entries += [("Seminar: selling the firm", dice.some(scene.chosen, 8)) for _ in range(_SEMINARS)]
    held = sorted(scene.back(dice.between(3, 1200)) for _ in entries)
    return tuple(
        Appointment(f"e{n:03d}", day, title, tuple(scene.keys[who] for who in present))
        for n, (day, (title, present)) in enumerate(zip(held, entries, strict=True), 1)
    )


def observe(
    dice: Dice,
    scene: Scene,
    contacts: tuple[Contact, ...],
    messages: tuple[Message, ...],
    dates: tuple[Appointment, ...],
) -> list[Observation]:
    """Every row of evidence about pairs, all of it still as it was seen or said."""
    watch = Watch(dice, scene, contacts)
    _count(watch, "mail", "mail", [((m.sender, *m.copied), m.sent_at.date()) for m in messages])
    _count(watch, "meeting", "calendar", [(d.attendees, d.held_on) for d in dates])
    _see_connections(watch)
    _note_relatives(watch)
    _hear_mentions(watch)
    _hear_of_others(watch)
    return watch.rows


def _count(watch: Watch, kind: ObservationKind, source: Source, together: list[tuple[tuple[str, ...], date]]) -> None:
    """One row a pair with how often, first and last."""
    days: dict[tuple[int, int], list[date]] = {}
    for keys, day in together:
        numbers = sorted(watch.number_of[key] for key in keys)
        for pair in combinations(numbers, 2):
            days.setdefault(pair, []).append(day)
    for pair, seen in days.items():
        watch.add(pair, kind, source, seen)


def _see_connections(watch: Watch) -> None:
    """A part of the clients' connections shows in their profiles; some of them are mere collecting."""
    scene, dice = watch.scene, watch.dice
    online = {number for number, contact in watch.by_number.items() if contact.url}
    for number in scene.having("client", "partner"):
        if number not in online:
            continue
        friends = [f for f in scene.friends[number] if f in online]
        shown = dice.some(friends, dice.between(6, 12)) + dice.some(sorted(online), dice.between(1, 4))
        for other in shown:
            watch.add((number, other), "linkedin", "linkedin", [scene.back(dice.between(5, 700))])


def _note_relatives(watch: Watch) -> None:
    """Families of which the practice knows."""
    scene, dice = watch.scene, watch.dice
    inside = set(scene.chosen)
    for tie in scene.kin:
        if {tie.a, tie.b} <= inside and dice.chance(0.6):
            told = dice.chance(0.5)
            text = f"{watch.name(tie.b)} is {watch.name(tie.a)}'s {tie.word}."
            day = scene.back(dice.between(5, 1500))
            disclosure: Disclosure = "told" if told else "private"
            watch.add((tie.a, tie.b), "relative", "note", [day], disclosure, tie.a if told else None, text)


def _hear_mentions(watch: Watch) -> None:
    """Somebody speaks to us of somebody: mostly a friend, now and then only a well-known name."""
    scene, dice = watch.scene, watch.dice
    talkers = scene.having("client", "client", "partner", "former_client")
    for _ in range(175):
        who = dice.pick(talkers if dice.chance(0.75) else scene.chosen)
        friends = scene.friends[who]
        if not friends:
            continue
        other = dice.pick(friends) if dice.chance(0.84) else watch.stranger(who)
        text = dice.pick(_SAID_OF_OTHER).format(b=watch.name(other), bond=dice.pick(_BONDS))
        if other not in friends:
            text = f"Mentioned {watch.name(other)}, but only in passing."
        watch.add((who, other), "mentioned", "note", [scene.back(dice.between(2, 1100))], "told", who, text)


def _hear_of_others(watch: Watch) -> None:
    """Clients and partners tell us which of their friends know each other."""
    scene, dice = watch.scene, watch.dice
    tellers = scene.having("client", "partner", "former_client")
    for _ in range(130):
        teller = dice.pick(tellers)
        circle = scene.friends[teller]
        a = dice.pick(circle) if circle else teller
        shared = [f for f in scene.friends[a] if f in circle] or [f for f in scene.friends[a] if f != teller]
        if not shared or a == teller:
            continue
        b = dice.pick(shared)
        words = {"t": watch.name(teller), "a": watch.name(a), "b": watch.name(b), "bond": dice.pick(_BONDS)}
        text = dice.pick(_SAID_OF_TWO).format(**words)
        watch.add((a, b), "told", "note", [scene.back(dice.between(2, 1100))], "told", teller, text)
