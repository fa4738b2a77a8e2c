"""Addresses of the people list, of adding, editing and deleting people, and of organizations."""

from __future__ import annotations

from django.urls import path

from passalong.contacts import views

app_name = "contacts"
urlpatterns = [
    path("people/", views.people, name="list"),
    path("people/new/", views.add, name="add"),
    path("people/suggest/", views.suggest_people, name="people"),
    path("people/<str:public_id>/edit/", views.edit, name="edit"),
    path("people/<str:public_id>/delete/", views.delete, name="delete"),
    path("organizations/suggest/", views.suggest_organizations, name="organizations"),
    path("organizations/<str:public_id>/", views.organization, name="organization"),
]
