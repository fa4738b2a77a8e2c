"""What reveals a protected fact, and what only sounds like it."""

from __future__ import annotations

import pytest
from tests import make

from passalong.compliance import selectors, services
from passalong.compliance.sensitive import categories_of, category_of

REFUSED = [
    # kinds
    ("church", "", "religion"),
    ("Bible study", "", "religion"),
    ("patient_group", "", "health"),
    ("Works Council", "", "union"),
    ("trade-union", "", "union"),
    ("political_party", "", "politics"),
    ("race", "", "ethnicity"),
    ("Race/Ethnicity", "", "ethnicity"),
    ("orientation", "", "sexuality"),
    ("LGBTQ network", "", "sexuality"),
    # names
    ("club", "St. Mark Baptist choir", "religion"),
    ("association", "First Church of Weston", "religion"),
    ("association", "Muslim Students Association", "religion"),
    ("association", "Islamic Society of Boston", "religion"),
    ("club", "Hindu Center", "religion"),
    ("club", "Buddhist Fellowship", "religion"),
    ("board", "Sikh League of Leeds", "religion"),
    ("board", "Jewish Community Center", "religion"),
    ("club", "Fellowship of Christian Business Men, Christian Business Network", "religion"),
    ("club", "Knights of Columbus", "religion"),
    ("club", "Temple Beth-El", "religion"),
    ("association", "St. Brigid's Parish", "religion"),
    ("association", "Greek Orthodox Church", "religion"),
    ("club", "\u00c9glise Saint-Paul", "religion"),
    ("association", "Kirchenchor Altstadt", "religion"),
    ("club", "Alcoholics Anonymous", "health"),
    ("employer", "Alcoholics Anonymous", "health"),
    ("street", "Alcoholics\u2011Anonymous", "health"),
    ("club", "Al\u2013Anon", "health"),
    ("association", "Multiple Sclerosis Society", "health"),
    ("association", "MS Society", "health"),
    ("association", "American Diabetes Association", "health"),
    ("club", "Cancer Survivors of Weston", "health"),
    ("club", "Breast Cancer Support", "health"),
    ("club", "Krebs-Selbsthilfe", "health"),
    ("association", "Teachers\u2019 Union", "union"),
    ("association", "SEIU", "union"),
    ("employer", "Local 11", "union"),
    ("employer", "Local 26 Kitchen Workers", "union"),
    ("association", "Local 5 Restaurant and Hotel Employees", "union"),
    ("association", "American Cancer Society", "health"),
    ("board", "American Cancer Society", "health"),
    ("vendor", "MS Society", "health"),
    ("employer", "Cancer Survivors of Weston", "health"),
    ("club", "Deutsche Krebshilfe", "health"),
    ("association", "AFL-CIO", "union"),
    ("employer", "IBEW", "union"),
    ("vendor", "UAW", "union"),
    ("association", "Teamsters", "union"),
    ("association", "Local 58", "union"),
    ("association", "Gewerkschaft der Polizei", "union"),
    ("association", "ver.di", "union"),
    ("club", "Republican Women", "politics"),
    ("club", "Democratic Men", "politics"),
    ("club", "Democratic Town Committee", "politics"),
    ("club", "Republican Club of Weston", "politics"),
    ("association", "SPD-Ortsverein S\u00fcd", "politics"),
    ("association", "CDU Ortsverein", "politics"),
    ("association", "Labour Ortsverein", "politics"),
    ("employer", "Green Party", "politics"),
    ("association", "NAACP", "ethnicity"),
    ("association", "Hispanic Bar Association", "ethnicity"),
    ("club", "Gay Men's Chorus", "sexuality"),
    ("employer", "LGBTQ+ Center", "sexuality"),
    ("vendor", "First Methodist Church", "religion"),
    ("customer", "Bay Synagogue", "religion"),
    ("association", "United Auto Workers", "union"),
    ("club", "Weston Democrats", "politics"),
    ("association", "B\u00fcndnis 90/Die Gr\u00fcnen", "politics"),
    # lives
    ("life_event", "Has MS", "health"),
    ("life_event", "Expecting twins", "health"),
    ("life_event", "Recovers from a stroke", "health"),
    ("life_event", "Cancer diagnosis in May", "health"),
    ("life_event", "Diagnosed with diabetes", "health"),
    ("life_event", "Back from rehab", "health"),
    ("life_event", "She is pregnant", "health"),
    ("life_event", "Came out last year", "sexuality"),
    ("life_event", "Coming out to his family", "sexuality"),
    ("life_event", "Converted to Judaism", "religion"),
    ("life_event", "Joined the union", "union"),
]
WELCOME = [
    # kinds
    ("credit_union", ""),
    ("Student Union", ""),
    ("road race", ""),
    ("10k race", ""),
    ("birthday party", ""),
    ("health club", ""),
    ("marketing campaign", ""),
    ("walking group", "Tuesday walkers"),
    # streets, towns, schools and employers are named after churches
    ("street", "Church Street"),
    ("street", "Synagogue Lane"),
    ("street", "Gay Street"),
    ("town", "Falls Church"),
    ("town", "Union City"),
    ("employer", "First Baptist Church"),
    ("school", "St. Mark Catholic Sixth Form"),
    ("school", "Temple University"),
    ("household", "Church household"),
    # who works for a charity does not have what it is against
    ("employer", "American Cancer Society"),
    ("employer", "MS Society"),
    ("firm", "Alzheimer's Association"),
    # names that only sound like it
    ("employer", "Local 360 Kitchen"),
    ("club", "Local 360 Kitchen"),
    ("vendor", "Local 44 Coffee"),
    ("club", "Church Road Tennis Club"),
    ("club", "Falls Church Rowing"),
    ("club", "Churchill Society"),
    ("club", "Union Club"),
    ("board", "Western Union"),
    ("board", "Methodist Hospital"),
    ("board", "Presbyterian Health"),
    ("board", "Methodist School"),
    ("board", "Presbyterian University"),
    ("board", "Presbyterian College"),
    ("board", "Catholic High School"),
    ("board", "Jewish Hospital"),
    ("vendor", "Teachers Credit Union"),
    ("vendor", "Local 58 Credit Union"),
    ("customer", "IBEW Federal Credit Union"),
    ("vendor", "Church & Dwight"),
    ("vendor", "Christian Berg Optics"),
    ("club", "Orthodox Chess Club"),
    ("club", "Young Men's Christian Association"),
    ("club", "Verdi Choir"),
    ("club", "Liberal Arts Club"),
    ("club", "Green Mountain Club"),
    ("club", "Black Diamond Ski Association"),
    ("association", "Hearing Aids Association"),
    ("association", "Jefferson Parish Rotary"),
    ("association", "Society of Actuaries"),
    ("board", "Cancer Research Fund"),
    ("event", "Bay 10k race"),
    ("event", "Pride and Prejudice reading"),
    # lives
    ("life_event", "New house in June"),
    ("life_event", "Sold the firm"),
    ("life_event", "Ms Lee retires"),
    ("life_event", "A stroke of luck"),
    ("life_event", "Expecting a promotion"),
    ("life_event", "Came out third in the marathon"),
    ("club", "Weston Rowing Stroke Fellowship"),
    ("vendor", "MS Support Services"),
    ("life_event", "Voted onto the board"),
    ("life_event", "A daughter was born"),
    ("life_event", "Came out of retirement"),
    ("life_event", "His book came out in May"),
    ("life_event", "Retired from the credit union"),
]


@pytest.mark.parametrize(("kind", "name", "category"), REFUSED)
def test_what_reveals_is_found(kind: str, name: str, category: str) -> None:
    assert category in categories_of(kind, name)


@pytest.mark.parametrize(("kind", "name"), WELCOME)
def test_what_only_sounds_like_it_is_welcome(kind: str, name: str) -> None:
    assert categories_of(kind, name) == []


def test_the_first_category_is_one_of_all() -> None:
    both = categories_of("patient_group", "Catholic nurses union")
    assert both == ["religion", "health", "union"]
    assert category_of("patient_group", "Catholic nurses union") == "religion"
    assert category_of("club", "Bay Rowing") is None


@pytest.mark.django_db
def test_every_category_must_be_allowed() -> None:
    owner = make.member()
    allow = "Our clients are congregations and their nurses."
    services.allow_category(by=owner, category="religion", reason=allow)
    assert "union" in selectors.refusals(owner.practice)("club", "Catholic nurses union")
    services.allow_category(by=owner, category="union", reason=allow)
    assert selectors.refusals(owner.practice)("club", "Catholic nurses union") == ""
    assert "health" in selectors.refusals(owner.practice)("life_event", "Cancer diagnosis")


# Looked through once more: kinds and notes of daily life, in both directions.
HARD_REFUSED = [
    ("club", "Ladies of Charity of St. Anne", "religion"),
    ("club", "Freie evangelische Gemeinde Altstadt", "religion"),
    ("association", "Ahmadiyya Muslim Jamaat", "religion"),
    ("club", "Bar Mitzvah alumni of Beth Shalom", "religion"),
    ("association", "Caritas Pfarrgruppe St. Josef", "religion"),
    ("note", "goes to mass every Sunday", "religion"),
    ("note", "keeps kosher", "religion"),
    ("note", "fasts during Ramadan", "religion"),
    ("note", "elder at the Kingdom Hall", "religion"),
    ("life_event", "ordained as a deacon", "religion"),
    ("association", "Parkinson's Self-Help Berlin", "health"),
    ("club", "Selbsthilfegruppe Rheuma", "health"),
    ("association", "Dementia carers support group", "health"),
    ("note", "has a pacemaker", "health"),
    ("note", "is on dialysis", "health"),
    ("note", "lost her hearing last year", "health"),
    ("note", "living with HIV", "health"),
    ("note", "off work with depression", "health"),
    ("club", "Sober Runners", "health"),
    ("life_event", "had a miscarriage", "health"),
    ("note", "stopped drinking, goes to AA meetings", "health"),
    ("patient_council", "", "health"),
    ("association", "Gewerkschaft der Lokführer", "union"),
    ("association", "UNISON", "union"),
    ("association", "GMB", "union"),
    ("note", "shop steward at the plant", "union"),
    ("association", "DGB Kreisverband", "union"),
    ("association", "CGT", "union"),
    ("association", "Unite the Union", "union"),
    ("note", "union member since 2009", "union"),
    ("association", "Junge Union Hamburg", "politics"),
    ("association", "Jusos Köln", "politics"),
    ("association", "FDP Kreisverband Mainz", "politics"),
    ("note", "votes Labour", "politics"),
    ("note", "treasurer of the local Conservatives", "politics"),
    ("association", "Republican National Committee", "politics"),
    ("club", "Young Greens", "politics"),
    ("note", "stood for parliament in 2019", "politics"),
    ("association", "Bündnis 90/Die Grünen", "politics"),
    ("note", "campaigned for the Democrats", "politics"),
    ("association", "Turkish Community in Germany", "ethnicity"),
    ("club", "Polish Heritage Club", "ethnicity"),
    ("association", "Armenian Cultural Association", "ethnicity"),
    ("association", "Sinti und Roma Landesverband", "ethnicity"),
    ("association", "Nigerian Diaspora Network", "ethnicity"),
    ("club", "Sons of Italy", "ethnicity"),
    ("club", "Ancient Order of Hibernians", "ethnicity"),
    ("note", "came here as a refugee", "ethnicity"),
    ("club", "Gay Outdoor Club", "sexuality"),
    ("note", "married her wife last June", "sexuality"),
    ("note", "his husband is a client", "sexuality"),
    ("association", "Lesben- und Schwulenverband", "sexuality"),
    ("club", "Out in Finance", "sexuality"),
]
HARD_WELCOME = [
    ("employer", "St. Mary's Hospital"),
    ("street", "Temple Street"),
    ("town", "Church Stretton"),
    ("employer", "Church & Dwight"),
    ("school", "Baptist University"),
    ("note", "Met at the Temple Bar office"),
    ("note", "sells orthodox accounting advice"),
    ("association", "German-American Chamber of Commerce"),
    ("association", "British Polish Chamber of Commerce"),
    ("association", "Turkish-German Chamber of Commerce"),
    ("association", "Italian Trade Agency"),
    ("employer", "Polish Airlines"),
    ("club", "Rotary Club"),
    ("association", "Union League Golf and Country Club"),
    ("employer", "Western Union"),
    ("employer", "Union Square Hospitality"),
    ("note", "the patient capital fund"),
    ("association", "Party Rental Association"),
    ("note", "hosted a garden party"),
    ("employer", "Pride Mobility"),
    ("note", "the firm came out ahead"),
    ("note", "the therapy dog company she advises is growing"),
    ("employer", "Local Motors 1"),
    ("note", "recovery of the market in 2020"),
    ("association", "Health Informatics Society"),
    ("employer", "Diabetes Devices GmbH"),
    ("note", "runs for fun every morning"),
    ("note", "voted in as chair of the board"),
    ("note", "is a client of the credit union"),
    ("employer", "Islamic Bank of Britain"),
    ("note", "operates a surgery equipment maker"),
    ("association", "Bar Association"),
    ("employer", "Gay-Lussac Labs"),
    ("note", "Latin teacher turned lawyer"),
    ("association", "Irish Business Network"),
    ("note", "the union of both firms closed in May"),
    ("employer", "Labour Finders Ltd"),
    ("note", "mass market retailer"),
    ("note", "conservative investor"),
    ("note", "liberal with his time"),
    ("note", "green energy developer"),
    ("note", "democratic leadership style"),
    ("note", "wears many hats"),
    ("note", "expecting a decision in May"),
    ("note", "in hospital software since 2003"),
    ("note", "works with refugees' housing fund"),
]


@pytest.mark.parametrize(("kind", "name", "category"), HARD_REFUSED)
def test_hard_cases_are_refused(kind: str, name: str, category: str) -> None:
    assert category in categories_of(kind, name)


@pytest.mark.parametrize(("kind", "name"), HARD_WELCOME)
def test_hard_cases_are_welcome(kind: str, name: str) -> None:
    assert categories_of(kind, name) == []
