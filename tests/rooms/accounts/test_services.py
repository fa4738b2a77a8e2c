"""Links work once, roles hold, the last owner stays, and nobody reaches into another practice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests import make

from passalong.accounts import selectors, services
from passalong.accounts.models import AccessLink, LinkPurpose, Member, Practice, Role, User
from passalong.accounts.rules import PERMISSIONS, may
from passalong.core import clock
from passalong.core.errors import NotAllowed, Refused
from passalong.core.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def _link(purpose: LinkPurpose, token: str) -> AccessLink:
    link = selectors.open_link(purpose, token)
    assert link is not None
    return link


def _set_up(token: str, **changes: str) -> Member:
    words = {
        "practice_name": "Ash & Elm",
        "profession": "adviser",
        "country": "us",
        "name": "Donna Ash",
        "email": "Donna@Example.org",
        "password": make.PASSWORD,
        **changes,
    }
    return services.set_up_practice(link=_link(LinkPurpose.SET_UP, token), **words)


def test_a_set_up_link_makes_practice_and_owner_once() -> None:
    token = services.make_link(LinkPurpose.SET_UP)
    link = _link(LinkPurpose.SET_UP, token)
    owner = _set_up(token)
    assert owner.is_owner
    assert (owner.practice.name, owner.practice.country, owner.user.email) == ("Ash & Elm", "US", "donna@example.org")
    assert not selectors.needs_set_up()
    assert selectors.open_link(LinkPurpose.SET_UP, token) is None
    with pytest.raises(Refused, match="used already"):
        services.use_link(link)
    assert Event.objects.get(practice=owner.practice).kind == "accounts:practice_set_up"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"country": "XX"}, "country"),
        ({"password": "short"}, "password"),
        ({"password": "donna@example.org"}, "password"),
        ({"practice_name": "  "}, "practice_name"),
        ({"profession": "wizard"}, "profession"),
        ({"name": ""}, "name"),
    ],
)
def test_a_refused_set_up_writes_nothing_and_leaves_the_link_open(changes: dict[str, str], field: str) -> None:
    token = services.make_link(LinkPurpose.SET_UP)
    with pytest.raises(Refused) as refusal:
        _set_up(token, **changes)
    assert refusal.value.field == field
    assert not Practice.objects.exists()
    assert not User.objects.exists()
    assert selectors.open_link(LinkPurpose.SET_UP, token)


def test_a_new_link_stops_the_one_before() -> None:
    first, second = (services.make_link(LinkPurpose.SET_UP) for _ in range(2))
    assert selectors.open_link(LinkPurpose.SET_UP, first) is None
    assert selectors.open_link(LinkPurpose.SET_UP, second)


def test_only_the_digest_of_a_link_is_kept() -> None:
    token = services.make_link(LinkPurpose.SET_UP)
    assert token not in str(list(AccessLink.objects.values()))


def test_a_link_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    member = make.member()
    token = services.make_link(LinkPurpose.SIGN_IN, practice=member.practice, user=member.user)
    link = _link(LinkPurpose.SIGN_IN, token)
    later = clock.now() + timedelta(days=1, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert selectors.open_link(LinkPurpose.SIGN_IN, token) is None
    with pytest.raises(Refused):
        services.sign_in_by_link(link=link)
    monkeypatch.setattr(clock, "now", lambda: later + services.LINK_KEPT)
    assert services.forget_old_links() == 1


def test_a_link_serves_its_own_purpose_only() -> None:
    token = services.make_link(LinkPurpose.SET_UP)
    assert selectors.open_link(LinkPurpose.SIGN_IN, token) is None
    assert selectors.open_link(LinkPurpose.JOIN, token) is None


def test_an_invited_person_joins_in_the_role_and_at_the_address_of_the_link() -> None:
    owner = make.member()
    token = services.invite_member(by=owner, email=" Luis@Example.org", role=Role.ASSISTANT)
    member = services.join_practice(link=_link(LinkPurpose.JOIN, token), name="Luis", password=make.PASSWORD)
    assert (member.practice, member.role, member.user.email) == (owner.practice, Role.ASSISTANT, "luis@example.org")
    with pytest.raises(Refused, match="member already"):
        services.invite_member(by=owner, email="luis@example.org", role=Role.OWNER)


def test_somebody_with_an_account_joins_only_as_themselves() -> None:
    owner, known, other = make.member(), make.member(), make.member()
    link = _link(LinkPurpose.JOIN, services.invite_member(by=owner, email=known.user.email, role=Role.OWNER))
    with pytest.raises(Refused, match="sign in with it"):
        services.join_practice(link=link, name="Known", password=make.PASSWORD)
    with pytest.raises(Refused, match="another address"):
        services.join_practice_as(link=link, user=other.user)
    assert services.join_practice_as(link=link, user=known.user).practice == owner.practice
    assert selectors.places(known.user_id).count() == 2


def test_a_withdrawn_invitation_no_longer_works() -> None:
    owner, stranger = make.member(), make.member()
    token = services.invite_member(by=owner, email="luis@example.org", role=Role.ASSISTANT)
    services.withdraw_invitation(by=stranger, email="luis@example.org")
    assert selectors.open_link(LinkPurpose.JOIN, token)
    services.withdraw_invitation(by=owner, email="luis@example.org")
    assert selectors.open_link(LinkPurpose.JOIN, token) is None


def test_the_last_owner_stays_owner() -> None:
    owner = make.member()
    for act in (
        lambda: services.change_role(by=owner, member=owner, role=Role.ASSISTANT),
        lambda: services.remove_member(by=owner, member=owner),
    ):
        with pytest.raises(Refused, match="needs an owner"):
            act()
    second = make.member(owner.practice)
    services.change_role(by=second, member=owner, role=Role.ASSISTANT)
    assert not Member.objects.get(pk=owner.pk).is_owner


@pytest.mark.parametrize("permission", [name for name in PERMISSIONS if name.startswith("accounts.")])
def test_what_only_owners_may_do(permission: str) -> None:
    owner = make.member()
    assert may(owner, permission)
    assert not may(make.assistant(owner.practice), permission)


def test_an_assistant_changes_neither_practice_nor_members() -> None:
    owner = make.member()
    helper = make.assistant(owner.practice)
    acts = [
        lambda: services.change_practice(by=helper, name="Mine", profession="other", country="US"),
        lambda: services.invite_member(by=helper, email="a@example.org", role=Role.OWNER),
        lambda: services.withdraw_invitation(by=helper, email="a@example.org"),
        lambda: services.change_role(by=helper, member=helper, role=Role.OWNER),
        lambda: services.remove_member(by=helper, member=owner),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert selectors.members(owner.practice).count() == 2


def test_an_owner_reaches_into_no_other_practice() -> None:
    owner, stranger = make.member(), make.member()
    make.member(stranger.practice)
    for act in (
        lambda: services.change_role(by=owner, member=stranger, role=Role.ASSISTANT),
        lambda: services.remove_member(by=owner, member=stranger),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert selectors.member_of(owner.practice, stranger.public_id) is None


def test_an_unknown_permission_is_refused_loudly() -> None:
    with pytest.raises(KeyError):
        may(make.member(), "accounts.fly")


def test_the_practice_meant_on_the_command_line() -> None:
    with pytest.raises(Refused, match="no practice here yet"):
        selectors.practice_named(None)
    demo = make.practice("Demo", is_demo=True)
    assert selectors.practice_named(None) == demo
    own = make.practice("Own")
    assert selectors.practice_named(None) == own
    assert selectors.practice_named("Demo") == selectors.practice_named(demo.public_id) == demo
    make.practice("Second")
    with pytest.raises(Refused, match="several practices"):
        selectors.practice_named(None)
    with pytest.raises(Refused, match="no practice “Third”"):
        selectors.practice_named("Third")
