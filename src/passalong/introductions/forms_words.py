"""Forms of a client's message to a friend, and of the words round it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.compliance.forms.ledger import least_words
from passalong.introductions import recommendation
from passalong.introductions.models import ConfirmedOn, SentBy
from passalong.introductions.services.templates import LONGEST


class SaidForm(forms.Form):
    """One or two sentences of the client's own."""

    said = forms.CharField(
        label=_("In your own words, one or two sentences"),
        min_length=recommendation.LEAST,
        max_length=recommendation.SAID,
        widget=forms.Textarea(attrs={"rows": 4, "data-said": ""}),
    )


class MineForm(forms.Form):
    """The message as the client leaves it, and the word that it is theirs."""

    said = forms.CharField(max_length=recommendation.SAID, widget=forms.HiddenInput)
    body = forms.CharField(
        label=_("The message; change what you like"),
        max_length=recommendation.BODY,
        widget=forms.Textarea(attrs={"rows": 10, "data-body": ""}),
    )
    mine = forms.BooleanField(
        error_messages={"required": _("Please tick this if the words are yours, else change them.")},
    )

    def __init__(self, *args: object, confirmation: str = "", **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["mine"].label = confirmation or recommendation.confirmation()


class AtDeskForm(MineForm):
    """The same on the tablet, or with the client's signature on paper before the desk."""

    on = forms.ChoiceField(
        label=_("Where the client says so"),
        choices=[one for one in ConfirmedOn.choices if one[0] != ConfirmedOn.PORTAL],
        initial=ConfirmedOn.TABLET,
    )

    @classmethod
    def again(cls, data: object, refused: forms.Form) -> AtDeskForm:
        """The whole form with what another press was refused for, nothing asked that it did not ask."""
        form = cls(data)
        for name in ("mine", "on"):
            form.fields[name].required = False
        form.full_clean()
        for name, errors in refused.errors.items():
            if name not in form.errors:
                form.add_error(None if name == "__all__" else name, errors)
        return form


class SentForm(forms.Form):
    """How the message went."""

    how = forms.ChoiceField(label=_("How"), choices=[one for one in SentBy.choices if one[0] != SentBy.SYSTEM])


class SendForForm(forms.Form):
    """To whom the practice sends a client's message, and what the client told about it."""

    address = forms.EmailField(label=_("Mail address of the friend"), max_length=254)
    name = forms.CharField(label=_("Name of the friend"), max_length=120)
    country = forms.CharField(
        label=_("Country the friend lives in"), max_length=60, help_text=_("Its name, or two letters such as US.")
    )
    attested = forms.BooleanField(
        error_messages={"required": _("Without this nothing is sent for a client.")},
    )

    def __init__(self, *args: object, referrer: str, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        said = _("%(name)s asked us to send it, and told us that they know this person themselves.")
        self.fields["attested"].label = said % {"name": referrer}


class TemplateForm(forms.Form):
    """The words round the client's own. why: for the second person, where one decides."""

    empathy = forms.CharField(
        label=_("What the friend may be going through"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Say only what holds for anybody: the client says the rest."),
    )
    involves = forms.CharField(
        label=_("What you are like, and what an introduction involves"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("{practice} becomes your name."),
    )
    prompts = forms.CharField(
        label=_("Questions that help a client to begin"),
        required=False,
        max_length=1200,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line, five at most. They are never sent."),
    )
    why = forms.CharField(
        label=_("For the second person: why these words"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: object, needs_approval: bool, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["why"].help_text = least_words()
        if not needs_approval:
            del self.fields["why"]

    @property
    def lines(self) -> list[str]:
        """The questions, one each."""
        return [line for line in self.cleaned_data["prompts"].splitlines() if line.strip()]
