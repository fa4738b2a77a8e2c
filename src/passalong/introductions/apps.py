from __future__ import annotations

from django.apps import AppConfig


class IntroductionsConfig(AppConfig):
    name = "passalong.introductions"
    label = "introductions"
