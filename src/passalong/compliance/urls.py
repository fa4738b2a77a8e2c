"""Addresses of the privacy settings."""

from __future__ import annotations

from django.urls import path

from passalong.compliance.views import categories

app_name = "compliance"
urlpatterns = [
    path("settings/privacy/", categories.privacy, name="privacy"),
    path("settings/privacy/stop/", categories.stop, name="stop"),
]
