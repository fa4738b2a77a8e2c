from __future__ import annotations

from django.apps import AppConfig


class TiesConfig(AppConfig):
    name = "passalong.ties"
    label = "ties"
