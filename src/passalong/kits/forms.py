"""Shapes of the forms for drafts: the kit itself, a new one, its name, a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from passalong.core.errors import Refused
from passalong.kits.bounds import LONGEST, LONGEST_TIME, MOST_PROOFS, MOST_TIMES
from passalong.kits.content import Content, Step, StepKind
from passalong.kits.models import Kit, Proof
from passalong.kits.targets import LONGEST as LONGEST_TARGET
from passalong.kits.targets import clean_target

HEAD_LABELS = {
    "title": (_("Title"), _("What a reader would ask or say, not what you sell.")),
    "subtitle": (_("Below the title"), _("One sentence on what the reader will know at the end.")),
    "for_whom": (_("For whom"), _("“For families who …”. A friend who reads it sees whom to pass it to.")),
}
PART_LABEL = _("Your words")
END_LABELS = {
    "about": (_("About you"), _("A few lines at the end: who writes this, since when, for whom.")),
    "involves": (
        _("What an introduction involves"),
        _("Offered to those who pass the kit along, for their own message: what happens when a friend gets in touch."),
    ),
}
STEP_LABELS = {
    StepKind.TWO_QUESTIONS: (_("Two questions"), _("Is help wanted, and contact with you? The answer comes to you.")),
    StepKind.BOOKING: (_("Booking page"), _("The https address of your calendar.")),
    StepKind.TIMES: (_("Own times"), _("One time a line, such as “Tuesday 9 June, 4 pm, by phone”.")),
    StepKind.DOWNLOAD: (_("Download"), _("The special report and the white paper as PDF.")),
    StepKind.MAIL: (_("Mail"), _("The address readers write to.")),
    StepKind.PHONE: (_("Phone"), _("With country code, such as +1 212 555 0123.")),
}
PLACE = "place_"


class DraftForm(forms.Form):
    """All of a draft. Fields: texts by their names, `on_KIND` and `to_KIND` for next steps, `place_ID` for proofs."""

    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args: Any, country: str, proofs: Iterable[Proof] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country
        self.proofs = {one.public_id: one for one in proofs}
        for name, most in LONGEST.items():
            label, help_text = (HEAD_LABELS | END_LABELS).get(name, (PART_LABEL, ""))
            widget = forms.TextInput() if name in ("title", "subtitle") else forms.Textarea(attrs={"rows": 3})
            self.fields[name] = forms.CharField(
                label=label, help_text=help_text, required=False, max_length=most, widget=widget, strip=False
            )
        for kind in StepKind:
            self.fields[f"on_{kind}"] = forms.BooleanField(label=STEP_LABELS[kind][0], required=False)
            if kind not in (StepKind.TWO_QUESTIONS, StepKind.DOWNLOAD):
                self.fields[f"to_{kind}"] = self._target(kind)
        for public_id, one in self.proofs.items():
            self.fields[PLACE + public_id] = forms.IntegerField(
                label=_("Place of “%(who)s”") % {"who": one.shown_as},
                required=False,
                min_value=1,
                max_value=MOST_PROOFS,
            )

    def _target(self, kind: StepKind) -> forms.CharField:
        label, help_text = STEP_LABELS[kind]
        most = (LONGEST_TIME + 2) * MOST_TIMES if kind is StepKind.TIMES else LONGEST_TARGET
        kinds = {StepKind.BOOKING: "url", StepKind.MAIL: "email", StepKind.PHONE: "tel"}
        widget = (
            forms.TextInput(attrs={"inputmode": kinds[kind]}) if kind in kinds else forms.Textarea(attrs={"rows": 3})
        )
        return forms.CharField(label=label, help_text=help_text, required=False, max_length=most, widget=widget)

    def clean(self) -> dict[str, Any]:
        """Targets that cannot be used are told beside their field."""
        for kind in (StepKind.BOOKING, StepKind.MAIL, StepKind.PHONE):
            name = f"to_{kind}"
            try:
                self.cleaned_data[name] = clean_target(kind, self.cleaned_data.get(name, ""), self.country)
            except Refused as refused:
                self.add_error(name, refused.message)
        lines = [line for line in self.cleaned_data.get("to_times", "").splitlines() if line.strip()]
        if len(lines) > MOST_TIMES or any(len(line.strip()) > LONGEST_TIME for line in lines):
            self.add_error("to_times", _("At most 12 lines of 120 characters."))
        return self.cleaned_data

    def content(self, before: Content) -> Content:
        """What was written. A field that cannot be kept stays as it was before, so that all others are."""
        texts = {name: self.cleaned_data.get(name, getattr(before, name)) for name in LONGEST}
        return Content(**texts, steps=tuple(self._steps(before)), proofs=tuple(self._proofs(before)))

    def _steps(self, before: Content) -> Iterator[Step]:
        was = {step.kind: step for step in before.steps}
        for kind in StepKind:
            target = self.cleaned_data.get(f"to_{kind}")
            typed = bool(self.data.get(f"to_{kind}", "").strip()) and kind not in was  # the box was forgotten
            if not (self.cleaned_data.get(f"on_{kind}") or typed):
                continue
            if f"to_{kind}" in self.errors:
                yield was.get(kind, Step(kind))
            elif kind is StepKind.TIMES:
                yield Step(kind, times=tuple(line.strip() for line in (target or "").splitlines() if line.strip()))
            else:
                yield Step(kind, target or "")

    def _proofs(self, before: Content) -> list[str]:
        places = [(self.cleaned_data.get(PLACE + key), at, key) for at, key in enumerate(self.proofs)]
        chosen = [key for place, _at, key in sorted((p, a, k) for p, a, k in places if p)]
        kept = [key for key in before.proofs if PLACE + key in self.errors and key in self.proofs]
        return list(dict.fromkeys([*chosen, *kept]))

    @staticmethod
    def initial_of(content: Content, number: int, stamp: str) -> dict[str, Any]:
        """What the form shows for a draft."""
        shown: dict[str, Any] = {"based_on": number, "seen": stamp}
        shown |= {name: getattr(content, name) for name in LONGEST}
        for step in content.steps:
            shown[f"on_{step.kind}"] = True
            shown[f"to_{step.kind}"] = "\n".join(step.times) if step.kind is StepKind.TIMES else step.target
        return shown | {PLACE + key: place for place, key in enumerate(content.proofs, start=1)}


class NewKitForm(forms.Form):
    """A name, and where to begin."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_("For your desk only. Empty: the name of the starting point."),
    )
    start = forms.ChoiceField(label=_("Begin with"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["start"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices


class NameForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the desk calls the kit."""

    class Meta:
        model = Kit
        fields = ["name"]


class PictureForm(forms.Form):
    """A picture and what it shows. The words come first: an upload that is too large is read no further."""

    words = forms.CharField(label=_("What it shows"), max_length=200, help_text=_("For readers who cannot see it."))
    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("JPEG, PNG, WebP or GIF, up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )
