"""Addresses of the audience room."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "audience"
urlpatterns: list[URLPattern] = []
