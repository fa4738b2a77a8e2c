"""What a scorer is made of, and how newer answers are laid over it without laying out the world again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from passalong.engine.knows.arrays import Flags, Floats, Ints, lookup
from passalong.engine.knows.caches import carried
from passalong.engine.knows.dataset import NEGATIVE, POSITIVE, Answers, DataSet, rows_of
from passalong.engine.knows.features import Counter
from passalong.engine.knows.fit import fit_world, prior_model
from passalong.engine.knows.lessons import Lessons, lessons
from passalong.engine.knows.model import Model
from passalong.engine.knows.teaching import taught
from passalong.engine.knows.world import World, latest, make_world, symmetric, ties_of

AGAIN = 40  # up to so many answering clients all lessons are counted again when an answer comes
AnswerRow = tuple[str, str, str, str | None] | tuple[str, str, str, str | None, float | None]


@dataclass(frozen=True, eq=False)
class Basis:
    """The world without anything taught by answers, what was learned in it, and what it takes to learn anew.

    untaught: the model before any answer, None where a model was given from outside, which answers do not move.
    given: one lesson for each yes or no among the world's answers, in their order; None where there is none.
    """

    plain: Counter
    model: Model
    untaught: Model | None
    given: Lessons | None


def basis_of(data: DataSet, model: Model | None, *, forecast: bool) -> Basis:
    """Lay a data set out and, when no model is given, adapt the shipped prior to it."""
    plain = Counter(make_world(data, model.now if model and model.now else None))
    if model is not None:
        return Basis(plain, model, None, None)
    untaught = _untaught(plain, forecast)
    told = told_in(plain.world.answers)
    given = lessons(plain, untaught, told) if len(told.value) else None
    return Basis(plain, _taught(untaught, given), untaught, given)


def _untaught(plain: Counter, forecast: bool) -> Model:
    """What is believed from prior and ties alone; of the answers only that they are ties, and their days, count."""
    nothing = rows_of(plain.world.answers, np.zeros(0, np.int64))
    mute = carried(plain, Counter(replace(plain.world, answers=nothing)))
    model = fit_world(mute, forecast=forecast)
    carried(mute, plain)
    return replace(model, now=prior_model(plain.world).now)


def _taught(untaught: Model, given: Lessons | None) -> Model:
    return untaught if given is None else taught(untaught, given)


def with_answers(basis: Basis, rows: Iterable[AnswerRow]) -> Basis:
    """The basis that knows these answers as well; see `Scorer.with_answers`."""
    world = basis.plain.world
    answers = latest(_appended(world.answers, _read(world.data, list(rows))))
    pairs = _changed(world, answers)
    if not len(pairs):
        return basis
    plain = carried(basis.plain, Counter(_with_answers(world, answers, pairs)))
    if basis.untaught is None:
        return replace(basis, plain=plain)
    given = _lessons_now(basis, plain, pairs)
    return Basis(plain, _taught(basis.untaught, given), basis.untaught, given)


def _read(data: DataSet, rows: list[AnswerRow]) -> Answers:
    """Answers about people of the data set as columns; what is about strangers is left out."""
    known = [row for row in rows if row[0] in data.index and row[1] in data.index]
    people = list(dict.fromkeys(person for row in known for person in row[:2]))
    read = DataSet.from_tables(people, answers=known).answers
    place = np.array([data.index[person] for person in people], np.int64)
    return replace(read, client=place[read.client], prospect=place[read.prospect])


def _appended(first: Answers, second: Answers) -> Answers:
    return Answers(**{f.name: np.r_[getattr(first, f.name), getattr(second, f.name)] for f in fields(Answers)})


def keys_of(answers: Answers, people: int) -> Ints:
    """One number for each client and prospect."""
    return answers.client * people + answers.prospect


def told_in(answers: Answers) -> Answers:
    """Yes and no; the others teach nothing."""
    return rows_of(answers, np.isin(answers.value, (*POSITIVE, NEGATIVE)))


def _changed(world: World, answers: Answers) -> Ints:
    """Pairs (rows of two positions) whose latest answer says something else than before."""
    old, new = keys_of(world.answers, world.size), keys_of(answers, world.size)
    place, there = _places(old, new)
    same = there
    for name in [f.name for f in fields(Answers)]:
        one, other = getattr(answers, name), getattr(world.answers, name)
        if len(other):
            same = same & ((one == other[place]) | ((one != one) & (other[place] != other[place])))  # nan is nan
    return np.column_stack([answers.client[~same], answers.prospect[~same]])


def _places(known: Ints, wanted: Ints) -> tuple[Ints, Flags]:
    """Where each wanted number stands among known ones, which are in order, and whether it does."""
    if not len(known):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return place, known[place] == wanted


def _with_answers(world: World, answers: Answers, pairs: Ints) -> World:
    """The same world with other answers: ties change for the pairs only, what rests on memberships is kept."""
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    keys = np.unique(low * world.size + high)
    low, high = keys // world.size, keys % world.size
    before = lookup(world.ties, low, high)
    after = lookup(ties_of(_about(world.data, keys), _between(answers, keys, world.size)), low, high)
    differs = np.flatnonzero(before != after)
    ties = world.ties
    if len(differs):
        ties = ties + symmetric(low[differs], high[differs], (after - before)[differs], world.size)
        ties.eliminate_zeros()
    return carried(world, replace(world.with_ties(ties), answers=answers, data=replace(world.data, answers=answers)))


def _about(data: DataSet, keys: Ints) -> DataSet:
    """Only the ties of these pairs."""
    rows = np.flatnonzero(np.isin(data.ties.a * data.size + data.ties.b, keys))
    return replace(data, ties=rows_of(data.ties, rows))


def _between(answers: Answers, keys: Ints, people: int) -> Answers:
    low, high = np.minimum(answers.client, answers.prospect), np.maximum(answers.client, answers.prospect)
    return rows_of(answers, np.flatnonzero(np.isin(low * people + high, keys)))


def _lessons_now(basis: Basis, plain: Counter, pairs: Ints) -> Lessons | None:
    """Lessons of all answers. Each new tie moves, a little, what was known of many other pairs: with few clients all
    is counted again, with many only what is about the people of the new answers."""
    world, untaught = plain.world, basis.untaught
    told = told_in(world.answers)
    if untaught is None or not len(told.value):
        return None
    if basis.given is None or len(np.unique(told.client)) <= AGAIN:
        return lessons(plain, untaught, told)
    touched = np.unique(pairs)
    anew = np.isin(told.client, touched) | np.isin(told.prospect, touched)
    before = told_in(basis.plain.world.answers)
    kept, _ = _places(keys_of(before, world.size), keys_of(told, world.size)[~anew])
    if not anew.any():
        return _rows(basis.given, kept)
    return _joined(_rows(basis.given, kept), lessons(plain, untaught, rows_of(told, anew)), anew)


def _rows(given: Lessons, rows: Ints) -> Lessons:
    held: dict[str, Any] = {name: getattr(given, name)[rows] for name in _columns(given)}
    return replace(given, **held)


def _columns(given: Lessons) -> list[str]:
    return [f.name for f in fields(given) if isinstance(getattr(given, f.name), np.ndarray)]


def _joined(kept: Lessons, fresh: Lessons, is_fresh: Flags) -> Lessons:
    """Rows of both in the order that `is_fresh` tells."""
    names = tuple(sorted({*kept.names, *fresh.names}))
    parts = [replace(part, names=names, x=_spread(part, names)) for part in (kept, fresh)]
    made: dict[str, Any] = {}
    for name in _columns(kept):
        old, new = (getattr(part, name) for part in parts)
        column = np.empty((len(is_fresh), *old.shape[1:]), np.result_type(old, new))  # ids may be longer than before
        column[~is_fresh], column[is_fresh] = old, new
        made[name] = column
    return replace(parts[1], **made)


def _spread(part: Lessons, names: tuple[str, ...]) -> Floats:
    x = np.zeros((len(part.x), len(names)))
    x[:, [names.index(name) for name in part.names]] = part.x
    return x
