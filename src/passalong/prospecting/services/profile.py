"""Verbs on the fit check and the ideal client."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.compliance.selectors import refusals
from passalong.contacts.services.own import demand_own
from passalong.core import clock, events
from passalong.core.errors import Refused
from passalong.prospecting.fit import size_bounds
from passalong.prospecting.fit_check import QUESTIONS
from passalong.prospecting.models import FitCheck, IdealClient, Trait, TraitKind


@transaction.atomic
def take_fit_check(*, by: Member, answers: Mapping[str, bool]) -> FitCheck:
    """Keep the answers to the ten questions."""
    demand(by, "prospecting.edit")
    known = {q.id: bool(answers.get(q.id)) for q in QUESTIONS}
    check, _made = FitCheck.objects.update_or_create(
        practice=by.practice, defaults={"answers": known, "taken_on": clock.today(), "skipped_on": None}
    )
    events.record(by.practice_id, "prospecting:fit_check", actor=by.public_id, true=sum(known.values()))
    return check


@transaction.atomic
def skip_fit_check(*, by: Member) -> None:
    """Go on without it; it can be taken at any time."""
    demand(by, "prospecting.edit")
    FitCheck.objects.get_or_create(practice=by.practice, defaults={"skipped_on": clock.today()})


@transaction.atomic
def describe_ideal_client(
    *, by: Member, biggest_problem: str, fears: str, motives: str, mission: str, least_p: float
) -> IdealClient:
    """Write the profile, and the practice's mission in its own words."""
    demand(by, "prospecting.edit")
    profile = IdealClient.objects.filter(practice=by.practice).first() or IdealClient(practice=by.practice)
    profile.biggest_problem, profile.fears, profile.motives = biggest_problem, fears, motives
    profile.least_p = least_p
    by.practice.mission = mission
    try:
        profile.full_clean()
        by.practice.clean_fields()
    except ValidationError as error:
        field = next(iter(error.message_dict))
        raise Refused(" ".join(error.message_dict[field]), field=field) from error
    profile.save()
    by.practice.save(update_fields=["mission"])
    events.record(by.practice_id, "prospecting:ideal_client", actor=by.public_id)
    return profile


@transaction.atomic
def add_trait(*, by: Member, kind: str, value: str, importance: int) -> Trait:
    """Add a trait; the same one again changes its importance."""
    demand(by, "prospecting.edit")
    value = " ".join(value.split())
    if kind not in TraitKind.values:
        raise Refused(_("Choose one of the traits listed."), field="kind")
    if not value:
        raise Refused(_("Say what to look for."), field="value")
    if kind == TraitKind.SIZE and not all(size_bounds(part) for part in value.split(",")):
        raise Refused(_("Write a size as 5-50, 100+ or 20."), field="value")
    if kind == TraitKind.LIFE_EVENT and (refusal := refusals(by.practice)("life_event", value, of_client=True)):
        raise Refused(refusal, field="value")
    if importance not in (1, 2, 3):
        raise Refused(_("Choose how much it counts."), field="importance")
    trait, _made = Trait.objects.update_or_create(
        practice=by.practice, kind=kind, value=value[:200], defaults={"importance": importance}
    )
    events.record(by.practice_id, "prospecting:trait", actor=by.public_id, subject=trait.public_id)
    return trait


@transaction.atomic
def remove_trait(*, by: Member, trait: Trait) -> None:
    """Take a trait out of the profile."""
    demand(by, "prospecting.edit")
    demand_own(by, trait)
    events.record(by.practice_id, "prospecting:trait_removed", actor=by.public_id, subject=trait.public_id)
    trait.delete()
