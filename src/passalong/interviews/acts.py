"""What each act of the table is called: on its button, in the story of an interview, and what it means."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from passalong.core.moves import Act

ACTS: dict[str, Act] = {
    "plan": Act(_("Plan it"), _("Planned")),
    "volunteer": Act(_("They would like to be featured"), _("Would like to be featured, by their own answer")),
    "invite": Act(
        _("I invited them myself"), _("Invited"), _("In person or by phone. By mail, write the invitation above.")
    ),
    "accept": Act(_("They said yes"), _("Said yes"), _("They told you. On their own page they press it themselves.")),
    "schedule": Act(_("Agree on a day"), _("Day agreed on")),
    "record": Act(_("It is recorded"), _("Recorded")),
    "edit": Act(_("Let the guest hear it"), _("Put in order and shown to the guest")),
    "ask for changes": Act(_("The guest asks for changes"), _("The guest asked for changes")),
    "work on it again": Act(
        _("Work on it again"), _("Taken up again"), _("The guest hears it anew, and approves anew.")
    ),
    "approve": Act(_("The guest approves"), _("Approved by the guest")),
    "report an approval": Act(_("The guest told you that they approve"), _("Approved, as the guest told you")),
    "publish": Act(_("Publish it"), _("Published")),
    "share": Act(_("The guest shared it"), _("Shared by the guest"), _("They told you, or you saw it.")),
    "ask for the return": Act(_("Ask for the return"), _("Return asked for")),
    "return": Act(_("It was returned"), _("Returned")),
    "decline": Act(_("They would rather not"), _("Would rather not"), _("It ends here. We do not ask again for this.")),
    "drop": Act(_("Drop it"), _("Dropped"), _("It ends here. Nobody is written to about it.")),
    "take down": Act(_("Take it down"), _("Taken down")),
    "end without a return": Act(_("It will not be returned"), _("Ended without a return")),
    "not sent": Act(_("It was not sent"), _("The letter did not go; it stands where it stood before")),
    "forget": Act(_("Forget them"), _("Forgotten, as they asked")),
}
# What is done by a press on the interview's page. Every other act has a page of its own, where more is asked for.
PRESSED = ("invite", "accept", "share", "decline", "drop")
ENDS = ("decline", "drop")
