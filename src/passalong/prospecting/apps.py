from __future__ import annotations

from django.apps import AppConfig


class ProspectingConfig(AppConfig):
    name = "passalong.prospecting"
    label = "prospecting"
