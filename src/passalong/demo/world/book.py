"""The practice's book: names, addresses, phones, standing and short notes of its contacts."""

from __future__ import annotations

from datetime import date, timedelta

from .dice import Dice
from .lives import Resident
from .names import AREA_CODES, MAIL_HOSTS
from .scene import Scene, slug
from .shapes import Contact, Standing

_WHY_NOT = (
    "Asked us in spring not to be written to or asked about.",
    "Went through our former partner; leave alone.",
    "Sued a client of ours; never bring up.",
    "Has an adviser in the family.",
    "Told Ellen clearly that it is no.",
)
_REMARKS = (
    "Knows {friend} from way back.",
    "{friend} gave us the number.",
    "Photograph with {friend} on the wall.",
    "Came along with {friend} once.",
    "Asked how {friend} is doing.",
)


def write_book(dice: Dice, scene: Scene) -> tuple[Contact, ...]:
    """One contact for everybody chosen, in the order of the book."""
    pages = _Pages(dice, scene)
    return tuple(pages.contact(number) for number in scene.chosen)


class _Pages:
    """Writes contacts one after another and gives no address, number or profile twice."""

    def __init__(self, dice: Dice, scene: Scene) -> None:
        self.dice, self.scene = dice, scene
        numbers = [f"+1 {code}-555-01{last:02d}" for code in AREA_CODES for last in range(100)]
        self.phones = dice.some(numbers, len(numbers))
        self.used: set[str] = set()
        quiet = [n for n in scene.chosen if scene.standings.get(n) is None]
        self.barred = {*dice.some(scene.having("prospect"), 3), *dice.some(quiet, 4)}

    def contact(self, number: int) -> Contact:
        person, standing = self.scene.people[number], self.scene.standings.get(number)
        close = standing in ("client", "partner", "former_client")
        url = self._url(person) if self.dice.chance(0.85 if close else 0.62) else None
        since, until = self._standing_days(person, standing)
        job = person.now("employer")
        public = job is not None and self.scene.region.places[job.place].sector == "public"
        return Contact(
            key=self.scene.keys[number],
            given_name=person.given,
            family_name=person.family,
            prefix=person.prefix,
            suffix=person.suffix,
            emails=self._emails(person, close),
            phones=self._phones(close),
            url=url,
            connected_on=self._connected(close) if url else None,
            standing=standing,
            standing_since=since,
            standing_until=until,
            do_not_ask=number in self.barred,
            do_not_ask_why=self.dice.pick(_WHY_NOT) if number in self.barred else "",
            public_sector=public or bool(person.part and person.part.public_sector),
            notes=self._notes(number),
        )

    def _unique(self, pattern: str) -> str:
        """The pattern filled with nothing, or with the first number that makes it new."""
        count = 1
        while (text := pattern.format("" if count == 1 else count)) in self.used:
            count += 1
        self.used.add(text)
        return text

    def _url(self, person: Resident) -> str:
        return self._unique(f"https://people.example/{slug(person.given)}-{slug(person.family)}{{}}")

    def _emails(self, person: Resident, close: bool) -> tuple[str, ...]:
        if not close and self.dice.chance(0.24):
            return ()
        name, job = f"{slug(person.given)}.{slug(person.family)}{{}}@", person.now("employer")
        private = self._unique(name + self.dice.pick(MAIL_HOSTS))
        if job is None or self.dice.chance(0.45):
            return (private,)
        work = self._unique(f"{name}{slug(self.scene.region.places[job.place].name)}.example")
        return (work, private) if self.dice.chance(0.25) else (work,)

    def _phones(self, close: bool) -> tuple[str, ...]:
        count = int(close or self.dice.chance(0.58)) + int(close and self.dice.chance(0.4))
        return tuple(self.phones.pop() for _ in range(min(count, len(self.phones))))

    def _connected(self, close: bool) -> date | None:
        if not self.dice.chance(0.8 if close else 0.5):
            return None
        return self.scene.day(self.dice, self.scene.back(9 * 365), self.scene.back(10))

    def _standing_days(self, person: Resident, standing: Standing | None) -> tuple[date | None, date | None]:
        if standing is None:
            return None, None
        if standing == "prospect":
            return self.scene.back(self.dice.between(20, 420)), None
        years = person.part.since if person.part else self.dice.between(5, 12)
        since = self.scene.back(years * 365 + self.dice.between(0, 300))
        until = since + timedelta(days=365 * self.dice.between(2, 4)) if standing == "former_client" else None
        return since, until

    def _notes(self, number: int) -> str:
        person, friends = self.scene.people[number], self.scene.friends[number]
        if person.part:
            return person.part.notes
        if not friends or not self.dice.chance(0.1):
            return ""
        friend = self.scene.people[self.dice.pick(friends)]
        return self.dice.pick(_REMARKS).format(friend=f"{friend.given} {friend.family}")
