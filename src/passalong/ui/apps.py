"""The look of every page; knows no noun of the trade."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "passalong.ui"
    label = "ui"
