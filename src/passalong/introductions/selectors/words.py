"""Named reads on templates and on what clients wrote; the practice comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance.models import Decision
from passalong.compliance.rulebook import Effect, Verdict, verdict
from passalong.compliance.services.approvals import digest_of
from passalong.contacts.models import Contact
from passalong.introductions import recommendation
from passalong.introductions.models import Introduction, Recommendation, Template
from passalong.kits.models import Channel, EditionState, Kit, Link

MOST = 20  # messages shown in one place


@dataclass(frozen=True, slots=True)
class Standing:
    """The template a practice's clients write with now. template: not saved where it is the one that ships.

    needs_approval: its profession asks for a second person; why_not: why nobody can write with it yet, in words.
    """

    template: Template
    rules: Verdict
    needs_approval: bool
    why_not: str = ""

    @property
    def is_usable(self) -> bool:
        return not self.why_not

    @property
    def prompts(self) -> list[str]:
        """The questions with the practice's name."""
        return [recommendation.fill(one, self.template.practice) for one in self.template.prompts]


def standing(practice: Practice) -> Standing:
    """What clients write with, and whether they can."""
    rules = verdict(practice, recommendation.ACTION)
    needs = rules.effect >= Effect.APPROVE
    found = in_force(practice)
    template = found or shipped(practice)
    why = ""
    if rules.effect is Effect.BLOCK:
        why = _(rules.decides.why)
    elif needs and not (found and is_approved(found, rules)):
        why = _("A second person of the practice must approve the words first. Until then the link goes without them.")
    return Standing(template, rules, needs, why)


def shipped(practice: Practice) -> Template:
    """The template that comes with Passalong, not saved."""
    words = recommendation.shipped()
    return Template(
        practice=practice, version=0, empathy=words.empathy, involves=words.involves, prompts=[*words.prompts]
    )


def in_force(practice: Practice) -> Template | None:
    """The version that was put in force last and not replaced."""
    found = Template.objects.filter(practice=practice, in_force_at__isnull=False, retired_at=None)
    return found.select_related("approval", "practice").first()


def is_approved(template: Template, rules: Verdict) -> bool:
    """Whether a second person allowed exactly these words under exactly these rules."""
    asked = template.approval
    return asked is not None and asked.decision == Decision.APPROVED and asked.digest == digest(template, rules)


def digest(template: Template, rules: Verdict) -> str:
    """Names the very thing a second person is asked about: the words, and the rules that ask."""
    return digest_of(
        {
            "empathy": template.empathy,
            "involves": template.involves,
            "prompts": template.prompts,
            "rules": sorted(rule.digest() for rule in rules.rules),
        }
    )


def templates(practice: Practice) -> QuerySet[Template]:
    """All versions, the latest first."""
    return Template.objects.filter(practice=practice).select_related("approval", "practice")


def template(practice: Practice, public_id: str) -> Template:
    """One version; raises Template.DoesNotExist for another practice's."""
    return templates(practice).get(public_id=public_id)


def recommendations(practice: Practice) -> QuerySet[Recommendation]:
    """What clients wrote, the latest first."""
    found = Recommendation.objects.filter(practice=practice)
    return found.select_related("referrer", "introduction__prospect", "link__kit", "template", "practice")


def one(practice: Practice, public_id: str) -> Recommendation:
    """One message; raises Recommendation.DoesNotExist for another practice's."""
    return recommendations(practice).get(public_id=public_id)


def of_link(link: Link) -> list[Recommendation]:
    """What the client of this link wrote, or finds prepared, for its kit; the latest first."""
    return list(_of_link(link)[:MOST])


def one_of_link(link: Link, public_id: str) -> Recommendation:
    """One of them; raises Recommendation.DoesNotExist for anybody else's."""
    return _of_link(link).get(public_id=public_id)


def _of_link(link: Link) -> QuerySet[Recommendation]:
    mine = recommendations(link.practice).filter(referrer=link.referrer_id, link__kit=link.kit_id)
    return mine.exclude(referrer=None)


def kits_for(practice: Practice) -> list[Kit]:
    """Kits that can be passed along now, the latest first."""
    found = Kit.objects.filter(practice=practice, archived_at=None, editions__state=EditionState.LIVE)
    return list(found.distinct().order_by("-pk")[:MOST])


def link_of(kit: Kit, referrer: Contact) -> Link | None:
    """The client's open link to this kit, if one was made."""
    found = Link.objects.filter(kit=kit, referrer=referrer, channel=Channel.ANY, ended_at=None)
    return found.select_related("kit", "practice").first()


def context(practice: Practice, introduction: Introduction) -> dict[str, Any]:
    """For `introductions/_words.html`: what was written for this introduction, and whether more can be. One query."""
    found = recommendations(practice).filter(introduction=introduction)
    may = introduction.is_open and introduction.referrer_id is not None
    return {"words": {"rows": list(found[:MOST]), "may": may, "introduction": introduction}}
