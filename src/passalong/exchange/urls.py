"""Addresses of imports."""

from __future__ import annotations

from django.urls import path

from passalong.exchange import views

app_name = "exchange"
urlpatterns = [
    path("", views.import_, name="import"),
    path("start-all/", views.start_all, name="start_all"),
    path("addresses/", views.addresses, name="addresses"),
    path("<str:batch_id>/", views.batch, name="batch"),
    path("<str:batch_id>/progress/", views.progress, name="progress"),
    path("<str:batch_id>/undo/", views.undo, name="undo"),
    path("<str:batch_id>/discard/", views.discard, name="discard"),
]
