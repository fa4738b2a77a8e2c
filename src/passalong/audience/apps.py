from __future__ import annotations

from django.apps import AppConfig


class AudienceConfig(AppConfig):
    name = "passalong.audience"
    label = "audience"
