"""Build the world: live the lives, then write down what a practice would have of them."""

from __future__ import annotations

from datetime import date

import numpy as np

from .bonds import live_together
from .book import write_book
from .cast import FIT_CHECK, PRACTICE, PROFILE
from .dice import Dice
from .families import found_families
from .lives import Region, residents
from .mistakes import make_mistakes
from .places import places
from .records import record_affiliations
from .scene import Scene, choose_contacts, give_standings, organizations, true_affiliations, true_ties
from .seen import keep_calendar, observe, write_messages
from .shapes import Truth, World
from .wishes import earlier_meetings, live_events, wish

# A world asked for without a day stands on this one, so that a seed alone always gives the same world.
USUAL_DAY = date(2026, 3, 2)
_STAGES = 12


def make(seed: int = 7, today: date | None = None) -> World:
    """The invented practice of a seed as it stands on a day."""
    day = today or USUAL_DAY
    dice = [Dice(child) for child in np.random.SeedSequence(seed).spawn(_STAGES)]
    scene = _live(dice, day)
    contacts = write_book(dice[5], scene)
    messages, calendar = write_messages(dice[6], scene, contacts), keep_calendar(dice[7], scene)
    seen = observe(dice[8], scene, contacts, messages, calendar)
    books = make_mistakes(dice[9], scene, record_affiliations(dice[10], scene, contacts), seen)
    events = live_events(dice[11], scene)
    meetings, answers = earlier_meetings(dice[11], scene)
    return World(
        seed=seed,
        today=day,
        practice=PRACTICE,
        profile=PROFILE,
        fit_check=FIT_CHECK,
        organizations=organizations(scene),
        contacts=contacts,
        affiliations=books.affiliations,
        observations=books.observations,
        life_events=events,
        messages=messages,
        calendar=calendar,
        wish_list=wish(dice[11], scene, contacts, events),
        meetings=meetings,
        answers=answers,
        truth=Truth(true_ties(scene), true_affiliations(scene), books.wrong),
    )


def _live(dice: list[Dice], day: date) -> Scene:
    """Lives, families and ties up to the day, and who of them is in the book."""
    region = Region(places())
    people = residents(dice[0], region, day.year)
    kin = found_families(dice[1], region, people, day.year)
    bonds = live_together(dice[2], region, people, kin, day.year)
    chosen = choose_contacts(dice[3], people, bonds)
    scene = Scene(day, region, people, kin, bonds, chosen, {})
    give_standings(dice[4], scene)
    return scene
