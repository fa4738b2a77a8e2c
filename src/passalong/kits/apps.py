from __future__ import annotations

from django.apps import AppConfig


class KitsConfig(AppConfig):
    name = "passalong.kits"
    label = "kits"
