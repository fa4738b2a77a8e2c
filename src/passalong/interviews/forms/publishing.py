"""Forms of what is published: the show, an episode's words, asking a second person, taking down."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.interviews.models import Episode, Show
from passalong.interviews.selectors.episodes import MOST_LINKS

CATEGORIES = ("Business", "Education", "Health & Fitness", "Science", "Society & Culture", "News", "Government")
LANGUAGES = (("en", _("English")), ("de", _("German")), ("fr", _("French")), ("es", _("Spanish")), ("it", _("Italian")))
PICTURES = "image/jpeg,image/png,image/webp,image/gif"


class ShowForm(forms.ModelForm[Show]):
    """What the show says of itself."""

    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("Square, 1400 pixels or more. Without one, a cover is drawn from the name."),
        widget=forms.ClearableFileInput(attrs={"accept": PICTURES}),
    )
    category = forms.ChoiceField(label=_("Category"), choices=[(one, one) for one in CATEGORIES])
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)

    class Meta:
        model = Show
        fields = ("title", "about", "language", "category")
        widgets = {"about": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        own = self.instance.language
        if own and own not in dict(LANGUAGES):
            self.fields["language"].choices = [*LANGUAGES, (own, own)]  # type: ignore[attr-defined]


class EpisodeForm(forms.ModelForm[Episode]):
    """The words beside the sound. Each link is two fields; empty ones are left out."""

    picture = forms.FileField(
        label=_("Picture of the guest"),
        required=False,
        help_text=_("JPEG, PNG, WebP or GIF, at most 10 MB. It is drawn anew: no place or camera is kept in it."),
        widget=forms.ClearableFileInput(attrs={"accept": PICTURES}),
    )
    no_picture = forms.BooleanField(label=_("Take the picture away"), required=False)

    class Meta:
        model = Episode
        fields = (
            *("title", "summary", "shown_as", "bio", "quote", "snippet_start"),
            *("relation", "paid", "paid_words", "conflict", "source"),
        )
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 4}),
            "bio": forms.Textarea(attrs={"rows": 5}),
            "quote": forms.Textarea(attrs={"rows": 2}),
            "snippet_start": forms.NumberInput(attrs={"min": 0, "step": "0.1"}),
        }
        help_texts = {
            "bio": _("A few sentences. *Emphasis*, lists and https links may stand in it."),
            "conflict": _("What you or the guest gain by it, if anything; “none” where there is none."),
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kept = self.instance.links if isinstance(self.instance.links, list) else []
        self.pages = range(1, min(MOST_LINKS, len(kept) + 2) + 1)  # two to write on; more once these are kept
        for number in self.pages:
            one = kept[number - 1] if number <= len(kept) else {}
            named = {"number": number}
            self.fields[f"link_title_{number}"] = forms.CharField(
                label=_("Name of page %(number)d") % named, max_length=80, required=False, initial=one.get("title", "")
            )
            self.fields[f"link_url_{number}"] = forms.CharField(
                label=_("Its address"),
                max_length=300,
                required=False,
                initial=one.get("url", ""),
                widget=forms.TextInput(attrs={"placeholder": "https://", "inputmode": "url"}),
            )

    def links(self) -> list[dict[str, str]]:
        """The guest's own pages as they were typed."""
        said = self.cleaned_data
        return [
            {"title": said.get(f"link_title_{number}", ""), "url": said.get(f"link_url_{number}", "")}
            for number in self.pages
        ]

    def link_fields(self) -> list[tuple[Any, Any]]:
        """Pairs of fields, for the page."""
        return [(self[f"link_title_{number}"], self[f"link_url_{number}"]) for number in self.pages]


class WhyForm(forms.Form):
    """A sentence that is kept with the member's name."""

    why = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
