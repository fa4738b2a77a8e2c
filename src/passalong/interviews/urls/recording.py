"""Addresses of voices, their consents and takes."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
