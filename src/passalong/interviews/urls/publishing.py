"""Addresses of the show, episodes and what they reached."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
