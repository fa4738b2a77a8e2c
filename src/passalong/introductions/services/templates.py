"""The practice's words round a client's own sentences: each change is a new version, approved where the rules ask."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.compliance import wording
from passalong.compliance.models import Approval, Decision
from passalong.compliance.rulebook import Effect, Verdict, verdict
from passalong.compliance.services import approvals
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.introductions import recommendation
from passalong.introductions.models import Template
from passalong.introductions.selectors import words as selectors

MAY = {True: "prospecting.edit", False: "accounts.change_practice"}  # by whether a second person decides on it
PLAIN = "text/plain; charset=utf-8"
LONGEST = 1000
MOST_PROMPTS, LONGEST_PROMPT = 5, 200


@transaction.atomic
def propose(*, by: Member, empathy: str, involves: str, prompts: Sequence[str] = (), why: str = "") -> Template:
    """Write the next version. It is in force at once, or once a second person approved it where the rules ask
    for one: then anybody here may write it.

    why: for whom decides, needed there. Raises Refused, naming the field, for what the rules forbid in such words.
    """
    rules = verdict(by.practice, recommendation.ACTION)
    needs_approval = rules.effect >= Effect.APPROVE
    demand(by, MAY[needs_approval])
    if rules.effect is Effect.BLOCK:
        raise Refused(_(rules.decides.why))
    said = {"empathy": recommendation.tidy(empathy), "involves": recommendation.tidy(involves)}
    for field, text in said.items():
        _demand_fit(by.practice, field, text)
    template = _next(by.practice, prompts=_prompts(prompts), **said)
    if needs_approval:
        template.approval = approvals.ask(
            by=by,
            action=recommendation.ACTION,
            subject=template.public_id,
            digest=selectors.digest(template, rules),
            what=_("Words round a client's own sentences, version %(number)d") % {"number": template.version},
            verdict=rules,
            why=why,
        )
        template.save(update_fields=["approval"])
    _record("template", template, by.public_id)
    if template.approval is None:
        _put_in_force(template, by.public_id)
    return template


def shipped_in_force(practice: Practice) -> Template:
    """The version in force, made of the words that ship on first use. Only where no approval is asked for."""
    held = Practice.objects.select_for_update().get(pk=practice.pk)
    if found := selectors.in_force(held):
        return found
    words = recommendation.shipped()
    template = _next(held, empathy=words.empathy, involves=words.involves, prompts=[*words.prompts])
    _put_in_force(template, "")
    return template


def judged_now(approval: Approval) -> tuple[str, Verdict] | None:
    """The very template a second person is asked about, as it stands now."""
    template = Template.objects.filter(practice=approval.practice_id, public_id=approval.subject).first()
    if template is None or template.retired_at:
        return None
    rules = verdict(template.practice, recommendation.ACTION)
    return selectors.digest(template, rules), rules


def settle(approval: Approval, by: Member) -> None:
    """After the decision: approved words are in force."""
    template = Template.objects.filter(practice=approval.practice_id, public_id=approval.subject).first()
    if template is None or approval.decision != Decision.APPROVED:
        return
    template.approval = approval
    _put_in_force(template, by.public_id)


def _put_in_force(template: Template, actor: str) -> None:
    now = clock.now()
    Template.objects.filter(practice=template.practice_id, in_force_at__isnull=False, retired_at=None).exclude(
        pk=template.pk
    ).update(retired_at=now)
    template.in_force_at, template.retired_at = now, None
    template.save()
    _record("in_force", template, actor)


def _next(practice: Practice, *, empathy: str, involves: str, prompts: list[str]) -> Template:
    Practice.objects.select_for_update().get(pk=practice.pk)  # two at once: one after the other
    last = Template.objects.filter(practice=practice).order_by("-version").values_list("version", flat=True).first()
    return Template.objects.create(
        practice=practice, version=(last or 0) + 1, empathy=empathy, involves=involves, prompts=prompts
    )


def _demand_fit(practice: Practice, field: str, text: str) -> None:
    if not text:
        raise Refused(_("Please write a sentence."), field=field)
    if len(text) > LONGEST:
        raise Refused(_("Please keep it under %(most)d characters.") % {"most": LONGEST}, field=field)
    if unknown := recommendation.unknown_tags(text):
        said = _("“%(tag)s” means nothing here. Only {practice} may stand in braces.")
        raise Refused(said % {"tag": unknown[0]}, field=field)
    if found := wording.forbidden(practice, text):
        raise Refused(" ".join(one.words for one in found[:3]), field=field)


def _prompts(given: Sequence[str]) -> list[str]:
    said = [" ".join(one.split()) for one in given]
    said = [one for one in said if one]
    if len(said) > MOST_PROMPTS or any(len(one) > LONGEST_PROMPT for one in said):
        raise Refused(
            _("At most %(many)d questions of at most %(most)d characters.")
            % {"many": MOST_PROMPTS, "most": LONGEST_PROMPT},
            field="prompts",
        )
    for one in said:
        if unknown := recommendation.unknown_tags(one):
            words = _("“%(tag)s” means nothing here. Only {practice} may stand in braces.")
            raise Refused(words % {"tag": unknown[0]}, field="prompts")
    return said


def _record(act: str, template: Template, actor: str) -> None:
    text = f"{template.empathy}\n\n{template.involves}"
    events.record(
        template.practice_id,
        f"introductions:words_{act}",
        actor=actor,
        subject=template.public_id,
        texts={"template": blobs.keep(template.practice_id, text.encode(), PLAIN)},
        version=template.version,
    )
