"""Addresses of the board, one interview, invitations, casting calls and question sets."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
