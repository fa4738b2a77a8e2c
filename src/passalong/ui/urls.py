"""The living style page."""

from __future__ import annotations

from django.urls import path

from passalong.ui import views

app_name = "ui"
urlpatterns = [path("", views.style, name="style")]
