"""Addresses of sign-in by link, settings and members."""

from __future__ import annotations

from django.urls import path

from passalong.accounts import entry, views

app_name = "accounts"
urlpatterns = [
    path("welcome/<str:token>/", entry.welcome, name="welcome"),
    path("enter/<str:token>/", entry.enter, name="enter"),
    path("join/<str:token>/", entry.join, name="join"),
    path("no-practice/", views.no_practice, name="no_practice"),
    path("settings/", views.settings, name="settings"),
    path("settings/password/", views.new_password, name="new_password"),
    path("settings/members/", views.members, name="members"),
    path("settings/members/invite/", views.invite, name="invite"),
    path("settings/members/withdraw/", views.withdraw, name="withdraw"),
    path("settings/members/<str:public_id>/role/", views.change_role, name="change_role"),
    path("settings/members/<str:public_id>/remove/", views.remove_member, name="remove_member"),
    path("switch/", views.switch, name="switch"),
]
