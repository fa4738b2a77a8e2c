"""The practice, the people who sign in for it, and the links that let them in."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from passalong.core import clock
from passalong.core.ids import new_public_id


class Profession(models.TextChoices):
    ADVISER = "adviser", _("Financial adviser")
    BROKER_DEALER = "broker_dealer", _("Broker-dealer representative")
    INSURANCE = "insurance", _("Insurance agent")
    ACCOUNTANT = "accountant", _("Accountant")
    ATTORNEY = "attorney", _("Attorney")
    CONSULTANT = "consultant", _("Consultant")
    COACH = "coach", _("Coach")
    ARCHITECT = "architect", _("Architect")
    DOCTOR = "doctor", _("Doctor")
    DENTIST = "dentist", _("Dentist")
    REAL_ESTATE = "real_estate", _("Real-estate agent")
    OTHER = "other", _("Other")


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ASSISTANT = "assistant", _("Assistant")
    APPROVER = "approver", _("Compliance approver")


class Practice(models.Model):
    """The firm whose referrals are looked after. Every other row belongs to one."""

    public_id = models.CharField(max_length=20, unique=True, default=new_public_id, editable=False)
    name = models.CharField(_("Name of the practice"), max_length=120)
    profession = models.CharField(_("Profession"), max_length=20, choices=Profession.choices, default=Profession.OTHER)
    also = models.JSONField(_("Also works as"), default=list, blank=True, editable=False)
    country = models.CharField(
        _("Country"), max_length=2, default="US", help_text=_("Two letters; phone numbers are read by it.")
    )
    region = models.CharField(
        _("State or region"),
        max_length=3,
        blank=True,
        help_text=_("Its usual letters, such as CA; rules differ by state."),
    )
    imprint = models.TextField(
        _("Imprint"),
        blank=True,
        max_length=600,
        help_text=_("At the foot of what you publish: address, registration, how to reach you."),
    )
    colour = models.CharField(
        _("Your colour"), max_length=7, blank=True, help_text=_("For what you publish, as #0e6a62.")
    )
    mission = models.TextField(
        _("Why you do this"), blank=True, max_length=1200, help_text=_("Your mission, in your own words.")
    )
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return self.name

    @property
    def imprint_below_name(self) -> str:
        """The imprint where the name stands above it: without the name, if it begins with it."""
        imprint, name = self.imprint.strip(), self.name.strip()
        rest = imprint[len(name) :]
        is_doubled = imprint.casefold().startswith(name.casefold()) and (not rest or rest[0] in "\n,;|·")
        return rest.lstrip("\n,;|· ") if is_doubled else imprint

    @property
    def also_words(self) -> list[str]:
        """The further professions in words."""
        words = dict(Profession.choices)
        return [str(words[one]) for one in self.also if one in words]


class AccountManager(UserManager["User"]):
    """Makes users who are known by their mail address."""

    def create_member_user(self, *, email: str, name: str, password: str | None) -> User:
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)  # None: no password works, only links do
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """Somebody who can sign in."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("Mail address"), unique=True)
    name = models.CharField(_("Your name"), max_length=120)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        return self.name or self.email


class Member(models.Model):
    """A user's place in a practice."""

    public_id = models.CharField(max_length=20, unique=True, default=new_public_id, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.ASSISTANT)
    joined_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "user"], name="member_once")]
        ordering = ["joined_at"]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER


class LinkPurpose(models.TextChoices):
    SET_UP = "set_up", _("Set up a practice")
    SIGN_IN = "sign_in", _("Sign in")
    JOIN = "join", _("Join a practice")


class AccessLink(models.Model):
    """A single-use link. Only the digest of its token is kept; opening it changes nothing, its button does."""

    purpose = models.CharField(max_length=10, choices=LinkPurpose.choices)
    token_digest = models.CharField(max_length=64, unique=True)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.ASSISTANT)
    email = models.EmailField(blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.purpose} until {self.expires_at:%Y-%m-%d}"

    def is_open(self, at: datetime) -> bool:
        """Not used and not past its end."""
        return self.used_at is None and at < self.expires_at
