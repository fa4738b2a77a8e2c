"""Getting in and settling in, as a browser without JavaScript does it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests import make

from passalong.accounts import services
from passalong.accounts.models import AccessLink, LinkPurpose, Member, Practice, Role, User

pytestmark = pytest.mark.django_db

SET_UP = {
    "practice_name": "Ash & Elm",
    "profession": "adviser",
    "country": "US",
    "name": "Donna Ash",
    "email": "donna@example.org",
    "password": make.PASSWORD,
}


def _everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Practice, User, Member, AccessLink)]


def _is_in(client: Client) -> bool:
    return client.get(reverse("accounts:settings")).status_code == 200


def test_signing_out_needs_neither_scripts_nor_popovers() -> None:
    owner = make.member()
    browser = make.browser(owner)
    way_out = browser.get("/").content.decode().split("<noscript>")[-1].partition("</noscript>")[0]
    assert 'method="post"' in way_out
    assert "Sign out" in way_out
    assert reverse("accounts:settings") in way_out
    browser.post(re.findall(r'action="([^"]+)"', way_out)[0])
    assert not _is_in(browser)


def test_a_practice_is_set_up_by_its_link() -> None:
    client, url = Client(), reverse("accounts:welcome", args=[services.make_link(LinkPurpose.SET_UP)])
    page = client.get(url)
    assert page.status_code == 200
    assert "no-cache" in page["Cache-Control"]
    answer = client.post(url, SET_UP)
    assert answer.status_code == 302
    assert _is_in(client)
    assert client.get(url).status_code == 404


def test_what_is_wrong_stands_beside_its_field() -> None:
    client, url = Client(), reverse("accounts:welcome", args=[services.make_link(LinkPurpose.SET_UP)])
    page = client.post(url, {**SET_UP, "country": "ZZ", "email": "donna"}).content.decode()
    assert "Enter a valid email address" in page
    page = client.post(url, {**SET_UP, "country": "ZZ"}).content.decode()
    assert re.search(r'id="id_country_error".*?“ZZ” is no country code', page, re.DOTALL)
    assert 'value="Ash &amp; Elm"' in page
    assert not Practice.objects.exists()


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_links_changes_nothing(method: str) -> None:
    member = make.member()
    tokens = {
        "welcome": services.make_link(LinkPurpose.SET_UP),
        "enter": services.make_link(LinkPurpose.SIGN_IN, practice=member.practice, user=member.user),
        "join": services.invite_member(by=member, email="luis@example.org", role=Role.ASSISTANT),
    }
    before = _everything()
    client = Client()
    for name, token in tokens.items():
        for _ in range(2):
            assert getattr(client, method)(reverse(f"accounts:{name}", args=[token])).status_code == 200
    assert _everything() == before
    assert not _is_in(client)


def test_a_sign_in_link_lets_one_person_in_once() -> None:
    member = make.member()
    token = services.make_link(LinkPurpose.SIGN_IN, practice=member.practice, user=member.user)
    url = reverse("accounts:enter", args=[token])
    client = Client()
    assert client.post(url).status_code == 302
    assert _is_in(client)
    second = Client()
    page = second.post(url)
    assert page.status_code == 404
    assert "passalong link" in page.content.decode()
    assert not _is_in(second)


def test_a_lost_password_is_replaced_after_a_sign_in_link() -> None:
    member = make.member()
    client, url = Client(), reverse("accounts:new_password")
    client.force_login(member.user)
    assert client.get(url)["Location"] == reverse("account_change_password")
    client = Client()
    client.post(reverse("accounts:enter", args=[services.make_link(LinkPurpose.SIGN_IN, user=member.user)]))
    assert client.get(url).status_code == 200
    assert "too short" in client.post(url, {"password": "short"}).content.decode()
    assert client.post(url, {"password": "an even longer sentence"}).status_code == 302
    assert _is_in(client)
    assert client.get(url)["Location"] == reverse("account_change_password")
    member.user.refresh_from_db()
    assert member.user.check_password("an even longer sentence")


def test_signing_in_and_out_with_a_password() -> None:
    member, client = make.member(), Client()
    words = {"login": member.user.email, "password": make.PASSWORD}
    assert client.post(reverse("account_login"), {**words, "password": "wrong"}).status_code == 200
    assert not _is_in(client)
    client.post(f"{reverse('account_login')}?next={reverse('accounts:settings')}", words)
    assert _is_in(client)
    client.get(reverse("account_logout"))
    assert _is_in(client)
    client.post(reverse("account_logout"))
    assert not _is_in(client)


def test_nobody_signs_up() -> None:
    page = Client().post(
        reverse("account_signup"),
        {"email": "a@example.org", "password1": make.PASSWORD, "password2": make.PASSWORD},
    )
    assert page.status_code == 200
    assert not User.objects.exists()


def test_an_invited_person_joins() -> None:
    owner = make.member()
    page = make.browser(owner).post(reverse("accounts:invite"), {"email": "luis@example.org", "role": "assistant"})
    found = re.search(r'value="http://testserver(/join/[^"]+)"', page.content.decode())
    assert found
    client = Client()
    assert "luis@example.org" in client.get(found[1]).content.decode()
    assert client.post(found[1], {"name": "Luis", "password": make.PASSWORD}).status_code == 302
    assert _is_in(client)
    assert Member.objects.get(user__email="luis@example.org").practice == owner.practice
    assert found[1] not in make.browser(owner).get(reverse("accounts:members")).content.decode()


def test_joining_a_second_practice_asks_to_sign_in_first() -> None:
    owner, known = make.member(), make.member()
    url = reverse("accounts:join", args=[services.invite_member(by=owner, email=known.user.email, role="assistant")])
    stranger = make.browser(make.member())
    assert "Sign in with it" in stranger.get(url).content.decode()
    stranger.post(url)
    assert not Member.objects.filter(practice=owner.practice).exclude(pk=owner.pk).exists()
    client = make.browser(known)
    assert client.post(url).status_code == 302
    assert owner.practice.name in client.get(reverse("accounts:settings")).content.decode()


def test_an_owner_changes_the_practice_and_an_assistant_reads_it() -> None:
    owner = make.member()
    helper = make.browser(make.assistant(owner.practice))
    words = {"practice_name": "Elm", "profession": "coach", "country": "de"}
    page = helper.post(reverse("accounts:settings"), words)
    assert page.status_code == 422
    assert 'name="practice_name"' not in page.content.decode()
    assert make.browser(owner).post(reverse("accounts:settings"), words).status_code == 302
    owner.practice.refresh_from_db()
    assert (owner.practice.name, owner.practice.profession, owner.practice.country) == ("Elm", "coach", "DE")


def test_members_are_made_owners_and_taken_out() -> None:
    owner = make.member()
    helper = make.assistant(owner.practice)
    client = make.browser(owner)
    client.post(reverse("accounts:change_role", args=[helper.public_id]), {"role": "owner"})
    helper.refresh_from_db()
    assert helper.is_owner
    theirs = make.browser(helper)
    assert _is_in(theirs)
    url = reverse("accounts:remove_member", args=[helper.public_id])
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 302
    assert not _is_in(theirs)
    assert theirs.get(reverse("accounts:settings"))["Location"] == reverse("accounts:no_practice")
    assert theirs.get(reverse("accounts:no_practice")).status_code == 200


def test_one_switches_only_to_ones_own_practices() -> None:
    first, stranger = make.member(), make.member()
    second = Member.objects.create(practice=make.practice("Second"), user=first.user)
    client = make.browser(first)
    assert client.post(reverse("accounts:switch"), {"practice": stranger.practice.public_id}).status_code == 404
    assert client.get(reverse("accounts:switch")).status_code == 405
    client.post(reverse("accounts:switch"), {"practice": second.practice.public_id})
    assert "Second" in client.get(reverse("accounts:settings")).content.decode()


def test_settings_ask_the_database_a_constant_number_of_times(django_assert_max_num_queries: Any) -> None:
    owner = make.member()
    for _ in range(12):
        make.assistant(owner.practice)
    client = make.browser(owner)
    with django_assert_max_num_queries(6):
        client.get(reverse("accounts:members"))
