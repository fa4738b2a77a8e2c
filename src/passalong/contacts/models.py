"""People, what they belong to, and where they stand with the practice."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.core.models import PracticeOwned, PracticeScoped


class Source(models.TextChoices):
    """Where a fact comes from."""

    HAND = "hand", _("entered by hand")
    FACT_SHEET = "fact_sheet", _("client fact sheet")
    MEETING = "meeting", _("client meeting")
    LINKEDIN = "linkedin", _("LinkedIn file")
    ADDRESS_BOOK = "address_book", _("address book")
    DIRECTORY = "directory", _("member list")
    WISH_LIST = "wish_list", _("wish list")
    MAIL = "mail", _("mail headers")
    CALENDAR = "calendar", _("calendar")
    KIT = "kit", _("their own answer on a kit page")
    DEMO = "demo", _("demo")


class Disclosure(models.TextChoices):
    """Who may see a fact in what is shown to a client."""

    PUBLIC = "public", _("publicly known")
    TOLD = "told", _("told by a contact")
    PRIVATE = "private", _("for the desk only")


class OrganizationKind(models.TextChoices):
    FIRM = "firm", _("Firm")
    SCHOOL = "school", _("School")
    ASSOCIATION = "association", _("Association")
    CLUB = "club", _("Club")
    TOWN = "town", _("Town")
    STREET = "street", _("Street")
    EVENT = "event", _("Event")
    HOUSEHOLD = "household", _("Household")
    OTHER = "other", _("Other group")


class Organization(PracticeScoped):
    """Anything people can have in common: a firm, a school, a club, also a town, a street, a household.

    `realm` parts names that mean different things (the town Salem, the firm Salem); within a realm a name is one
    organization.
    """

    REALMS = {
        OrganizationKind.TOWN: "town",
        OrganizationKind.STREET: "street",
        OrganizationKind.EVENT: "event",
        OrganizationKind.HOUSEHOLD: "household",
    }

    name = models.CharField(_("Name"), max_length=200)
    key = models.CharField(max_length=200, editable=False)
    realm = models.CharField(max_length=10, default="body", editable=False)
    kind = models.CharField(_("Kind"), max_length=12, choices=OrganizationKind.choices, default=OrganizationKind.FIRM)
    sector = models.CharField(_("Sector"), max_length=80, blank=True)
    town = models.CharField(_("Town"), max_length=80, blank=True)
    size = models.PositiveIntegerField(_("How many people belong"), null=True, blank=True)
    batch = models.ForeignKey("exchange.ImportBatch", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "realm", "key"], name="organization_once")]

    def __str__(self) -> str:
        return self.name


class Contact(PracticeScoped):
    """Any person on file."""

    given_name = models.CharField(_("Given name"), max_length=100, blank=True)
    family_name = models.CharField(_("Family name"), max_length=100, blank=True)
    full_name = models.CharField(_("Name"), max_length=200)
    sort_key = models.CharField(max_length=200, editable=False)
    search = models.TextField(editable=False, help_text="folded names, addresses, firms and notes")
    notes = models.TextField(_("Notes"), blank=True, max_length=4000, help_text=_("For the desk only."))
    do_not_ask = models.BooleanField(
        _("Do not ask"),
        default=False,
        help_text=_("Never propose this person, never ask this person for names."),
    )
    objected_at = models.DateTimeField(
        null=True, editable=False, help_text="asked on their privacy page to be left alone: only they can change that"
    )
    country = models.CharField(
        _("Country"), max_length=2, blank=True, help_text=_("Where this person lives, two letters; empty if unknown.")
    )
    tax_only = models.BooleanField(
        _("Known from tax work only"),
        default=False,
        help_text=_("Never suggested, listed or written to about anything else without this person's signed consent."),
    )
    public_sector = models.BooleanField(_("Works in the public sector"), default=False)
    informed_at = models.DateTimeField(
        null=True, editable=False, help_text="told that they are on file, or need not be: contacts.resting"
    )
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.HAND)
    batch = models.ForeignKey("exchange.ImportBatch", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["practice", "sort_key"])]
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.full_name

    @property
    def first_name(self) -> str:
        """What one says in a sentence."""
        return self.given_name or self.full_name.split(" ")[0]


class PointKind(models.TextChoices):
    EMAIL = "email", _("Mail address")
    PHONE = "phone", _("Phone")
    URL = "url", _("Profile")


class ContactPoint(PracticeOwned):
    """A mail address, phone number or profile page of a contact; `key` is what equal ones share."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="points")
    kind = models.CharField(max_length=5, choices=PointKind.choices)
    value = models.CharField(max_length=320)
    key = models.CharField(max_length=320)
    batch = models.ForeignKey("exchange.ImportBatch", on_delete=models.SET_NULL, null=True, related_name="+")
    given_on = models.DateField(null=True, help_text="the day the person gave it to be reached by; null: a list did")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "kind", "key"], name="contact_point_once")]
        indexes = [models.Index(fields=["practice", "kind", "key"])]

    def __str__(self) -> str:
        return self.value

    @property
    def href(self) -> str:
        """What a link to it leads to: a new mail, a call, the page."""
        if self.kind == PointKind.EMAIL:
            return f"mailto:{self.key}"
        if self.kind == PointKind.PHONE:
            return f"tel:{self.key}"
        return self.value if self.value.casefold().startswith(("http://", "https://")) else f"https://{self.value}"


class AffiliationKind(models.TextChoices):
    """The usual ways of belonging. The vocabulary is open: imports may bring others."""

    EMPLOYER = "employer", _("Employer")
    SCHOOL = "school", _("School")
    ASSOCIATION = "association", _("Association")
    BOARD = "board", _("Board")
    CLUB = "club", _("Club")
    TOWN = "town", _("Town")
    STREET = "street", _("Street")
    VENDOR = "vendor", _("Buys from")
    CUSTOMER = "customer", _("Sells to")
    EVENT = "event", _("Event")
    HOUSEHOLD = "household", _("Household")


class Affiliation(PracticeScoped):
    """A contact belongs, or belonged, to an organization. Dates are ISO and may be partial: 2003, 2003-05."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="affiliations")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="affiliations")
    kind = models.CharField(_("How"), max_length=30)
    role = models.CharField(_("Role"), max_length=120, blank=True)
    start = models.CharField(_("From"), max_length=10, blank=True)
    end = models.CharField(_("Until"), max_length=10, blank=True)
    disclosure = models.CharField(max_length=8, choices=Disclosure.choices, default=Disclosure.PRIVATE)
    told_by = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.HAND)
    recorded_on = models.DateField()
    batch = models.ForeignKey("exchange.ImportBatch", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        # One row for each pair of eyes: what one client told stands beside what the desk knows.
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "organization", "kind", "start", "disclosure", "source"],
                condition=~models.Q(disclosure="told"),
                name="affiliation_once",
            ),
            models.UniqueConstraint(
                fields=["contact", "organization", "kind", "start", "told_by", "source"],
                condition=models.Q(disclosure="told"),
                name="affiliation_told_once",
            ),
        ]
        indexes = [models.Index(fields=["practice", "organization"])]

    def __str__(self) -> str:
        return f"{self.contact}: {self.kind} {self.organization}"

    def may_be_shown_to(self, client_id: int) -> bool:
        """Whether this fact may stand in what this client sees: public, or the client's own word."""
        return self.disclosure == Disclosure.PUBLIC or (
            self.disclosure == Disclosure.TOLD and self.told_by_id == client_id
        )


class StandingKind(models.TextChoices):
    CLIENT = "client", _("Client")
    FORMER_CLIENT = "former_client", _("Former client")
    PROSPECT = "prospect", _("Prospect")
    PARTNER = "partner", _("Referral partner")


class Standing(PracticeOwned):
    """A contact's relation to the practice, dated."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="standings")
    kind = models.CharField(max_length=13, choices=StandingKind.choices)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    batch = models.ForeignKey("exchange.ImportBatch", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "kind"], condition=models.Q(until=None), name="standing_open_once"
            )
        ]
        indexes = [models.Index(fields=["practice", "kind"])]

    def __str__(self) -> str:
        return self.get_kind_display()
