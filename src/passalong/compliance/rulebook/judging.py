"""What the rules say of an act, for professions, a place and what is true of the case."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from passalong.accounts.models import Practice
from passalong.compliance.rulebook.facts import Facts, read_facts
from passalong.compliance.rulebook.reading import EVERYONE, Book, read_book
from passalong.compliance.rulebook.rules import Rule, Verdict, joined, ordered
from passalong.compliance.rulebook.words import OF_PROFESSION, Action, Effect

Given = Facts | Collection[str]


def verdict(practice: Practice, action: Action, *, facts: Given = ()) -> Verdict:
    """What the rules for this practice's professions and place say of an act.

    `facts` bring in the rules that hold only then: words of FACTS, or "value=60" for an amount.
    """
    return judge(professions_of(practice), practice.country, practice.region, action, facts=facts)


def professions_of(practice: Practice) -> tuple[str, ...]:
    """The profession and those it works in besides; words nobody knows are passed over."""
    names = read_book().names
    also = practice.also if isinstance(practice.also, list) else []
    return tuple(dict.fromkeys([practice.profession, *(one for one in also if one in names)]))


def judge(
    professions: str | Collection[str], country: str, region: str, action: Action, *, facts: Given = ()
) -> Verdict:
    """The same for any professions (or profiles) and place: country and region by their letters. Of several
    professions all rules are taken together, so that the strictest decides."""
    book, held = read_book(), read_facts(facts)
    names = (professions,) if isinstance(professions, str) else tuple(professions)
    country, region = country.strip().upper(), region.strip().upper()
    found: dict[tuple[str, str], Rule] = {}
    limits: dict[str, Rule] = {}
    for profile in dict.fromkeys(book.names[name] for name in names):
        for rule in _heard(book, profile, country, region, action, held):
            found[rule.id, rule.action] = rule
        for rule in _pool(book, profile, action):
            if rule.above and rule.speaks_of(country, region) and not rule.fits(held):
                limits[rule.id] = rule
    rules = ordered(found.values())
    return Verdict(rules[0].effect, rules, tuple(limits.values()))


def profile_of(profession: str) -> str:
    """The profile a profession follows. Raises KeyError for a word nobody knows."""
    return read_book().names[profession]


def profiles() -> tuple[str, ...]:
    """The names of all profiles."""
    return tuple(one for one in read_book().profiles if one != EVERYONE)


def asked_of(practice: Practice, action: Action) -> tuple[str, ...]:
    """The facts that make a difference to this act at this practice's place, so that a form asks for no others."""
    book = read_book()
    found: list[str] = []
    for profile in dict.fromkeys(book.names[name] for name in professions_of(practice)):
        for rule in _pool(book, profile, action):
            if rule.speaks_of(practice.country, practice.region):
                found += [*rule.when, *rule.any_of, *rule.unless, *rule.needs]
    return tuple(dict.fromkeys(found))


def _pool(book: Book, profile: str, action: str) -> list[Rule]:
    """A profession's own rules before everybody's: of two that weigh the same it is named as the reason."""
    return [rule for rule in book.profiles[profile] + book.profiles[EVERYONE] if rule.action == action]


def _heard(book: Book, profile: str, country: str, region: str, action: str, facts: Facts) -> Iterator[Rule]:
    """The rules of one profile and of everybody that speak of this case, and of acts it is judged as too."""
    pool = _pool(book, profile, action)
    own = [rule for rule in book.profiles[profile] if rule.action == action] if action in OF_PROFESSION else pool
    own = own or pool
    yield from (rule for rule in pool if rule.speaks_of(country, region) and rule.fits(facts))
    if not any(rule.speaks_of(country, region) and not rule.is_conditional for rule in own):
        yield _silent(profile, action, book.fallback[action], own, facts)
    if (implied := book.implied.get(action)) and all(one in facts for one in implied.when):
        yield from _heard(book, profile, country, region, implied.action, facts.also(implied.facts))


def _silent(profile: str, action: str, effect: Effect, own: list[Rule], facts: Facts) -> Rule:
    """The strictest, where no rule speaks about the place: all that the profile asks anywhere."""
    heard = [rule for rule in own if rule.fits(facts)]
    needs = joined(rule.needs for rule in heard)
    return Rule(
        id=f"{profile}.no-source",
        action=action,
        effect=effect,
        why=(
            "For this profession at this place no rule was looked up, so the strictest is taken. A second person who "
            "knows the rule can decide otherwise and write down why."
        ),
        needs=needs or (("consent",) if action == "testimonial" else ()),
        elements=joined(rule.elements for rule in heard),
        tells=joined(rule.tells for rule in heard),
        sentences=joined(rule.sentences for rule in heard),
        forbids=joined(rule.forbids for rule in heard),
    )
