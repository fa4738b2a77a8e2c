"""Addresses of the demo."""

from __future__ import annotations

from django.urls import path

from passalong.demo import views

app_name = "demo"
urlpatterns = [
    path("put-in/", views.put_in, name="put_in"),
    path("remove/", views.remove, name="remove"),
]
