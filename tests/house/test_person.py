"""No row that tells something about a person is forgotten when people are forgotten, shown what is kept, or merged."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from passalong.contacts.models import Contact
from passalong.core.erasing import covered
from passalong.core.models import Blob
from passalong.core.person import ROOMS, rooms

# Rows with words or data that tell nothing about people outside the practice; each with the reason.
NOBODY = {
    "accounts.Practice": "the practice itself",
    "accounts.User": "signs in; is removed by an owner",
    "accounts.Member": "signs in; is removed by an owner",
    "accounts.AccessLink": "of members; forgotten by the clock",
    "core.Event": "public ids and digests only; the chain is never changed",
    "core.Blob": "bytes go with the last row that names them",
    "core.BigFile": "bytes go with the last row that names them",
    "core.Tombstone": "keyed hashes only, kept so that a backup forgets again",
    "core.Revision": "a counter",
    "core.ScheduleMark": "a name of the clock's work",
    "core.PublicCheck": "an address of this server",
    "core.Removal": "a primary key",
    "kits.Hit": "a visit without address or name",
    "interviews.EpisodeHit": "a visit without address or name",
    "audience.ItemHit": "a visit without address or name",
    "kits.Journal": "names of files",
    "kits.DaySalt": "a key that is forgotten within a day",
    "prospecting.FitCheck": "answers about the practice",
    "prospecting.CalendarFeed": "the address of the practice's own calendar, and counts",
    "compliance.FiscalYear": "a month",
    "mail.MailboxMark": "how far a mailbox was read, and errors without addresses",
    "mail.DomainCheck": "records of the practice's own domain",
}


def _label(model: type[models.Model]) -> str:
    return model._meta.label


def _ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("passalong.")]


def _points_at_people(model: type[models.Model]) -> bool:
    return any(field.related_model is Contact for field in model._meta.get_fields() if not field.auto_created)


def _holds_words(model: type[models.Model]) -> bool:
    """A text that is no choice, a JSON value or bytes: people's words may stand in it."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
    plain = ("public_id", "digest", "key")
    return any(
        isinstance(field, kinds) and not field.choices and field.name not in plain
        for field in model._meta.concrete_fields
    )


def _under(model: type[models.Model], parents: set[type[models.Model]]) -> bool:
    """Whether its rows go with a row that is answered for: a key to it that cascades."""
    return any(
        isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete is models.CASCADE
        and field.related_model in parents
        for field in model._meta.concrete_fields
    )


def test_every_key_to_a_contact_is_answered_for() -> None:
    missing = [_label(model) for model in _ours() if _points_at_people(model) and model not in covered()]
    assert not missing, f"name them in COVERS of their room's person.py, and forget and merge them there: {missing}"


def test_every_row_with_words_is_answered_for_or_tells_about_nobody() -> None:
    known = covered()
    missing = [
        _label(model)
        for model in _ours()
        if _holds_words(model) and model not in known and _label(model) not in NOBODY and not _under(model, known)
    ]
    assert not missing, f"name them in COVERS of their room's person.py, or here with the reason: {missing}"


def test_nothing_is_excused_that_is_answered_for_or_not_there() -> None:
    there = {_label(model) for model in _ours()}
    answered = {_label(model) for model in covered()}
    assert not set(NOBODY) & answered
    assert not {name for name in NOBODY if name not in there}


def test_every_room_with_a_person_file_is_asked_and_answers_alike() -> None:
    assert len(rooms()) == len(ROOMS)
    for room in rooms():
        assert room.COVERS
        assert all(callable(getattr(room, name)) for name in ("held_about", "erase", "repoint"))


def test_bytes_are_let_go_by_every_row_that_names_them() -> None:
    """Whatever names bytes is answered for, so that erasing it lets the bytes go."""
    naming = {relation.related_model for relation in Blob._meta.related_objects}
    assert not [_label(model) for model in naming if model not in covered()]
