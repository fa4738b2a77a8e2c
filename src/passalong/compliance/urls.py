"""Addresses of the privacy settings."""

from __future__ import annotations

from django.urls import path

from passalong.compliance import views

app_name = "compliance"
urlpatterns = [
    path("settings/privacy/", views.privacy, name="privacy"),
    path("settings/privacy/stop/", views.stop, name="stop"),
]
