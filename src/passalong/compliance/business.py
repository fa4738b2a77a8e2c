"""What belongs to somebody's role in business, and what to their private life.

In Europe a practice that looks for introductions relies on its legitimate interests (GDPR Art. 6(1)(f)). They reach as
far as somebody's role in business. What belongs to the private life of people who are no clients outweighs them, so it
is not taken in at all. This is the one list; every way in asks compliance.selectors.refusals, which asks it.

Left in, and why: employer, board, association, vendor, customer and event are the role itself. A school belongs to what
people publish of their career. A town says where somebody works; nobody is found by it.
Dates of birth are read by no importer. Files do not tell for certain which number rings at home, so numbers are taken
as they come.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PRIVATE_LIFE: dict[str, Promise] = {
    "household": _("With whom somebody lives is their home, not their work."),
    "street": _("A street leads to somebody's front door."),
    "relative": _("A family did not choose to be in a firm's records."),
    "estranged": _("Who fell out with whom is for nobody but them."),
    "life_event": _("Births, weddings, moves and losses are private, however useful."),
    "club": _("What somebody does in their free time is theirs; a trade body or business network is an association."),
}


def private_life(kind: str) -> Promise | None:
    """Why evidence of this kind is private life, None where it belongs to a role in business."""
    return PRIVATE_LIFE.get(kind.strip().casefold().replace(" ", "_"))
