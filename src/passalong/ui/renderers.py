"""Draws every form of the site with our own templates: `{{ form }}` and `{{ form.name.as_field_group }}`."""

from __future__ import annotations

from django.forms.renderers import DjangoTemplates


class FormRenderer(DjangoTemplates):
    """Django's renderer with our form and field templates."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
