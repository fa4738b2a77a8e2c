"""Addresses of Today, the page of a person with its acts, and the fact sheet."""

from __future__ import annotations

from django.urls import path, register_converter

from passalong.core.ids import ALPHABET, LENGTH
from passalong.desk.views import facts, person, today


class PublicId:
    """A public id, so that /people/new/ is never taken for one."""

    regex = f"[{ALPHABET}]{{{LENGTH}}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PublicId, "public_id")

app_name = "desk"
urlpatterns = [
    path("", today.today, name="today"),
    path("today/names/<public_id:public_id>/", today.names, name="next_names"),
    path("people/<public_id:public_id>/", person.person, name="person"),
    path("people/<public_id:public_id>/facts/", facts.facts, name="facts"),
    path("people/<public_id:public_id>/facts/saved/", facts.thanks, name="facts_saved"),
    path("people/<public_id:public_id>/knowers/", person.knowers, name="knowers"),
    path("people/<public_id:public_id>/belongs/", person.add_affiliation, name="add_affiliation"),
    path("people/<public_id:public_id>/standing/", person.set_standing, name="standing"),
    path("people/<public_id:public_id>/standing/retract/", person.retract_standing, name="retract_standing"),
    path("people/<public_id:public_id>/household/", person.join_household, name="household"),
    path("people/<public_id:public_id>/household/leave/", person.leave_household, name="leave_household"),
    path("people/<public_id:public_id>/notes/", person.add_statement, name="add_statement"),
    path("belongs/<public_id:public_id>/", person.affiliation, name="affiliation"),
    path("belongs/<public_id:public_id>/remove/", person.remove_affiliation, name="remove_affiliation"),
    path("notes/<public_id:public_id>/remove/", person.remove_statement, name="remove_statement"),
]
