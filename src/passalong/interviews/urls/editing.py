"""Addresses of cuts, transcripts and the guest's review."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
