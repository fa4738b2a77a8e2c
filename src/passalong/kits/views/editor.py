"""What the editor shows around the text: guidance, checklists, progress, and whether somebody else was quicker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext as _

from passalong.kits.checklist import Checks, checks, level_words
from passalong.kits.content import PARTS, Content, Part, StepKind
from passalong.kits.forms import PLACE, DraftForm, PictureForm
from passalong.kits.guidance import GUIDANCE, Guide
from passalong.kits.models import Kit, Version
from passalong.kits.selectors import writing as selectors
from passalong.kits.services.pictures import MOST_PICTURES


@dataclass(frozen=True, slots=True)
class Section:
    """One text of the draft with all that stands beside it."""

    key: str
    number: int
    guide: Guide
    fields: list[BoundField]
    checks: list[Checks]


def context(
    kit: Kit, form: DraftForm, content: Content, version: Version | None, pictures: PictureForm | None = None
) -> dict[str, Any]:
    """Everything the editor and its fragment draw. version: what the words on the screen were kept in."""
    found = checks(content, names=(kit.practice.name,))
    last = selectors.last_version(kit)
    newest = selectors.versions(kit).first()
    aside = version if version and version.aside else newest if newest and newest.aside else None
    return {
        "kit": kit,
        "form": form,
        "sections": _sections(form, found),
        "checks": found.values(),
        "levels": {one.part: level_words(one.level) for one in found.values() if one.level},
        "steps": _steps(found),
        "is_ready": all(found[part.value].is_done for part in PARTS) and found["title"].is_done,
        "ways": [(kind, form[f"on_{kind}"], _target(form, kind)) for kind in StepKind],
        "proofs": [(one, form[PLACE + key]) for key, one in form.proofs.items()],
        "about": form["about"],
        "involves": form["involves"],
        "version": version,
        "stamp": selectors.stamp(content),
        "aside": aside,
        "aside_words": beside(kit, aside) if aside else "",
        "compared_with": last.number if last else 0,
        "pictures": selectors.pictures(kit),
        "picture_form": pictures or PictureForm(),
        "most_pictures": MOST_PICTURES,
    }


def _target(form: DraftForm, kind: StepKind) -> BoundField | None:
    return form[f"to_{kind}"] if f"to_{kind}" in form.fields else None


def _sections(form: DraftForm, found: dict[str, Checks]) -> list[Section]:
    head = ("title", "subtitle", "for_whom")
    sections = [Section("head", 1, GUIDANCE["head"], [form[n] for n in head], [found[n] for n in head])]
    for number, part in enumerate(PARTS, start=2):
        key = part.value
        sections.append(Section(key, number, GUIDANCE[key], [form[key]], [found[key]]))
    return sections


def _steps(found: dict[str, Checks]) -> list[dict[str, str]]:
    """The four parts and what stands before them, done or not; the first that is not is where one is."""
    names = {"head": _("Title"), Part.PROBLEMS: _("Problems"), Part.CONSEQUENCES: _("Consequences")}
    names |= {Part.FIRST_STEP: _("First step"), Part.NEXT_STEP: _("Next step")}
    done = {"head": found["title"].is_done} | {part.value: found[part.value].is_done for part in PARTS}
    here = next((key for key, is_done in done.items() if not is_done), "")
    return [
        {"label": names[key], "url": f"#part-{key}", "state": "done" if is_done else "here" if key == here else ""}
        for key, is_done in done.items()
    ]


def beside(kit: Kit, version: Version) -> str:
    """One sentence on words that were written while somebody else moved the draft on."""
    last = selectors.last_version(kit)
    return _("%(who)s has meanwhile saved version %(last)d. The words of %(whose)s are kept as version %(own)d.") % {
        "who": last.saved_by if last else "",
        "last": last.number if last else 0,
        "whose": version.saved_by,
        "own": version.number,
    }
