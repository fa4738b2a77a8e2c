"""What people belong to: told once or twice, dated, refused where it would reveal too much; organizations by hand."""

from __future__ import annotations

import pytest
from tests import make

from passalong.accounts.models import Member
from passalong.compliance import services as compliance
from passalong.contacts import keys, selectors, services
from passalong.contacts.models import Affiliation, Contact, Disclosure, Organization
from passalong.core.errors import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture
def by() -> Member:
    return make.member()


@pytest.fixture
def ann(by) -> Contact:
    return make.client(by, "Ann Okafor")


def _note(by: Member, who: Contact, organization: str = "Birch & Co", **said) -> Affiliation:
    return services.add_affiliation(by=by, contact=who, **({"kind": "employer", "organization": organization} | said))


def test_one_organization_however_it_is_written(by, ann):
    _note(by, ann, "Acme, Inc.")
    _note(by, make.contact(by), "ACME")
    assert Organization.objects.filter(practice=by.practice).count() == 1


def test_a_town_and_a_firm_of_one_name_are_two(by, ann):
    _note(by, ann, "Salem")
    _note(by, ann, "Salem", kind="town")
    assert set(Organization.objects.filter(practice=by.practice).values_list("realm", flat=True)) == {"body", "town"}


def test_a_fact_told_again_is_one_and_fills_what_was_empty(by, ann):
    _note(by, ann)
    again = _note(by, ann, start="2003", end="2011", role="Auditor", disclosure=Disclosure.TOLD, told_by=ann)
    third = _note(by, ann)
    assert again.pk == third.pk
    kept = Affiliation.objects.get(contact=ann)
    assert (kept.start, kept.end, kept.role, kept.disclosure, kept.told_by) == ("2003", "2011", "Auditor", "told", ann)


def test_two_spells_with_dates_are_two(by, ann):
    _note(by, ann, start="1998", end="2001")
    _note(by, ann, start="2010")
    assert ann.affiliations.count() == 2


def test_a_persons_own_word_stands_before_anothers_and_public_stays_public(by, ann):
    ben = make.client(by, "Ben Birch")
    _note(by, ann, disclosure=Disclosure.TOLD, told_by=ben)
    assert _note(by, ann, disclosure=Disclosure.TOLD, told_by=ann).told_by == ann
    assert _note(by, ann, disclosure=Disclosure.TOLD, told_by=ben).told_by == ann
    assert _note(by, ann, disclosure=Disclosure.PUBLIC).disclosure == "public"
    assert _note(by, ann, disclosure=Disclosure.TOLD, told_by=ann).disclosure == "public"


def test_what_is_told_needs_somebody_who_told_it(by, ann):
    with pytest.raises(Refused) as refused:
        _note(by, ann, disclosure=Disclosure.TOLD)
    assert refused.value.field == "disclosure"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2003", "2003"),
        ("5/2003", "2003-05"),
        ("05.2003", "2003-05"),
        ("2003/5/7", "2003-05-07"),
        (" 2003-05 ", "2003-05"),
    ],
)
def test_dates_as_people_type_them(by, ann, typed, kept):
    assert _note(by, ann, start=typed).start == kept


@pytest.mark.parametrize("typed", ["03", "last year", "2003-13", "2003-02-31", "12003", "2003-5-"])
def test_what_is_no_date_is_refused(by, ann, typed):
    with pytest.raises(Refused) as refused:
        _note(by, ann, end=typed)
    assert refused.value.field == "end"
    assert not ann.affiliations.exists()


def test_an_end_before_the_beginning_is_refused(by, ann):
    with pytest.raises(Refused) as refused:
        _note(by, ann, start="2003-05", end="2003-04")
    assert refused.value.field == "end"
    _note(by, ann, start="2003-05", end="2003")


@pytest.mark.parametrize(
    ("disclosure", "says"), [("public", "On file this begins in 2003"), ("private", "do not fit what is on file")]
)
def test_an_end_before_the_beginning_on_file_is_refused_and_says_no_private_date(by, ann, disclosure, says):
    _note(by, ann, start="2003-05", disclosure=disclosure)
    with pytest.raises(Refused, match=says) as refused:
        _note(by, ann, end="1999", disclosure=disclosure)
    assert refused.value.field == "end"
    assert "2003" not in refused.value.message or disclosure == "public"
    assert ann.affiliations.get().end == ""


HELD = {"start": "2003", "end": "2011", "role": "Auditor"}


def _shown(to: Contact, of: Contact) -> set[tuple[str, str, str]]:
    return {(one.start, one.end, one.role) for one in of.affiliations.all() if one.may_be_shown_to(to.pk)}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"start": "2003"},
        {"start": "2003", "end": "2011"},
        {"role": "Auditor"},
        {"end": "2011", "role": "Partner"},
        {"start": "2003", "role": "Partner"},
        {"start": "1999"},
    ],
)
@pytest.mark.parametrize("held", [HELD, {"end": "2011"}, {"role": "Auditor"}, {"start": "2003", "role": "Auditor"}])
def test_a_later_word_shows_what_it_says_and_nothing_else(by, ann, held, said):
    ben = make.client(by, "Ben Birch")
    _note(by, ann, **held)
    word = (said.get("start", ""), said.get("end", ""), said.get("role", ""))
    _note(by, ann, disclosure=Disclosure.TOLD, told_by=ann, **said)
    assert _shown(ann, ann) == {word}
    assert _shown(ben, ann) == set()
    _note(by, ann, disclosure=Disclosure.PUBLIC, **said)
    assert _shown(ben, ann) == {word}


def test_a_word_that_says_all_a_private_row_holds_opens_it(by, ann):
    first = _note(by, ann, **HELD)
    assert _note(by, ann, disclosure=Disclosure.TOLD, told_by=ann, **HELD).pk == first.pk
    assert _shown(ann, ann) == {("2003", "2011", "Auditor")}
    assert _note(by, ann, role="Auditor").pk == first.pk


def test_what_the_desk_learns_later_does_not_fill_what_a_client_told(by, ann):
    _note(by, ann, disclosure=Disclosure.TOLD, told_by=ann)
    for disclosure in (Disclosure.PRIVATE, Disclosure.PRIVATE):
        _note(by, ann, disclosure=disclosure, **HELD)
    assert _shown(ann, ann) == {("", "", "")}
    assert ann.affiliations.count() == 2


def test_what_another_client_told_is_not_filled_into_a_persons_own_word(by, ann):
    ben = make.client(by, "Ben Birch")
    _note(by, ann, disclosure=Disclosure.TOLD, told_by=ben, **HELD)
    _note(by, ann, disclosure=Disclosure.TOLD, told_by=ann)
    assert _shown(ann, ann) == {("", "", "")}
    assert _shown(ben, ann) == {("2003", "2011", "Auditor")}


@pytest.mark.parametrize(
    ("kind", "name"), [("church", "First"), ("club", "St. Mark Baptist choir"), ("association", "Teachers' union")]
)
def test_what_would_reveal_too_much_is_refused_unless_allowed(by, ann, kind, name):
    with pytest.raises(Refused, match="so it is not kept") as refused:
        _note(by, ann, name, kind=kind)
    assert refused.value.field == "organization"
    assert not Organization.objects.filter(practice=by.practice).exists()
    for category in ("religion", "union"):
        compliance.allow_category(by=by, category=category, reason="We serve clergy and union funds only.")
    assert _note(by, ann, name, kind=kind).pk


def test_a_household_is_no_ordinary_group(by, ann):
    with pytest.raises(Refused):
        _note(by, ann, "Okafor", kind="household")


def test_any_kind_of_group_may_be_noted(by, ann):
    fact = _note(by, ann, "Tuesday walkers", kind=" Walking Group ")
    assert (fact.kind, fact.organization.kind) == ("walking group", "other")


def test_changing_a_fact_never_makes_two_of_one(by, ann):
    _note(by, ann, start="1998")
    second = _note(by, ann, start="2010")
    with pytest.raises(Refused) as refused:
        services.set_affiliation(by=by, affiliation=second, role="", start="1998", end="", is_public=False)
    assert refused.value.field == "start"
    services.set_affiliation(by=by, affiliation=second, role="Chair", start="3/2011", end="", is_public=True)
    assert (second.start, second.disclosure) == ("2011-03", "public")


def test_a_public_fact_made_private_goes_back_to_who_told_it(by, ann):
    told = _note(by, ann, disclosure=Disclosure.TOLD, told_by=ann)
    seen = _note(by, ann, "Weston", kind="school")
    for fact in (told, seen):
        for is_public in (True, False):
            services.set_affiliation(by=by, affiliation=fact, role="", start="", end="", is_public=is_public)
    assert (told.disclosure, seen.disclosure) == ("told", "private")


def test_people_are_found_by_where_they_belong_until_it_is_taken_off(by, ann):
    fact = _note(by, ann, "Harbor Orchestra", kind="board")
    assert selectors.contacts(by.practice, query="orchestra").exists()
    services.remove_affiliation(by=by, affiliation=fact)
    assert not selectors.contacts(by.practice, query="orchestra").exists()


def _edit(by: Member, organization: Organization, **said) -> Organization:
    given = {"name": organization.name, "kind": organization.kind, "size": None} | said
    return services.edit_organization(by=by, organization=organization, **given)


def test_renaming_an_organization_reaches_those_who_belong_to_it(by, ann):
    group = _note(by, ann, "Wharf Club", kind="club").organization
    _edit(by, group, name="Pier  Club", sector="Rowing", town="Alameda", size=80)
    assert selectors.contacts(by.practice, query="pier").exists()
    assert not selectors.contacts(by.practice, query="wharf").exists()
    assert selectors.organization(by.practice, group.public_id).key == "pier club"


@pytest.mark.parametrize(
    ("held", "name"),
    [("club", "St. Mark Baptist choir"), ("vendor", "First Baptist Church"), ("employer", "Alcoholics Anonymous")],
)
def test_a_name_that_reveals_too_much_comes_in_by_no_other_door(by, ann, held, name):
    group = _note(by, ann, "Wharf Works", kind=held).organization
    with pytest.raises(Refused, match="so it is not kept") as refused:
        _edit(by, group, name=name)
    assert refused.value.field == "name"
    assert Organization.objects.get(pk=group.pk).name == "Wharf Works"


def test_an_employer_may_become_a_church_but_no_club(by, ann):
    group = _edit(by, _note(by, ann).organization, name="First Baptist Church")
    with pytest.raises(Refused):
        _edit(by, group, kind="club")
    assert _edit(by, Organization.objects.get(pk=group.pk), size=40).size == 40


def test_two_organizations_never_share_a_name(by, ann):
    first, second = _note(by, ann, "Acme").organization, _note(by, ann, "Birch").organization
    with pytest.raises(Refused) as refused:
        _edit(by, second, name="ACME Inc.")
    assert refused.value.field == "name"
    assert _edit(by, first, name="ACME").name == "ACME"


@pytest.mark.parametrize(("field", "value"), [("name", " . "), ("kind", "moon"), ("sector", "x" * 81), ("size", -1)])
def test_what_an_organization_cannot_be_is_refused_beside_its_field(by, ann, field, value):
    with pytest.raises(Refused) as refused:
        _edit(by, _note(by, ann).organization, **{field: value})
    assert refused.value.field == field


def test_only_the_people_of_the_organization_are_listed(by, ann):
    group = _note(by, ann, "Acme", start="1998", end="2001").organization
    _note(by, ann, "Acme", start="2010", role="Chair")
    _note(by, make.contact(by, "Zoe Zeller"), "Acme")
    make.contact(by, "Nobody Here")
    people = list(selectors.people_of(group))
    assert [str(person) for person in people] == ["Ann Okafor", "Zoe Zeller"]
    assert [(spell.role, spell.start) for spell in people[0].spells] == [("Chair", "2010"), ("", "1998")]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.LinkedIn.com/in/ann/?x=1", "linkedin.com/in/ann"),
        ("linkedin.com/in/ann", "linkedin.com/in/ann"),
        ("ftp://example.org/ann", ""),
        ("javascript:alert(1)", ""),
        ("example.org", ""),
    ],
)
def test_profile_pages_are_pages_of_the_web(url, key):
    assert keys.url_key(url) == key
