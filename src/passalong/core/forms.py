"""Between services and forms: what a service refuses is shown beside the field it is about."""

from __future__ import annotations

from django import forms

from passalong.core.errors import Refused


def show_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Put a service's sentence beside the field it names, else above the form."""
    field = refused.field if refused.field in form.fields else None
    form.add_error(field, refused.message)
