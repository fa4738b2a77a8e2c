"""What each check finds, where, and what it leaves alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passalong.engine.pitch import BOUNDS, CODES, HARD, PART_ORDER, Prose, check, judge, lix, reads_as_pitch
from passalong.engine.pitch.checks import has_source, own_acts, own_words, read

GOOD = {
    "title": "Selling a house after forty years in it",
    "problems": """Most people sell a house once or twice in their lives. After forty years in one place, three things
make it hard to decide. The house is full. The children have opinions. And nobody knows what it is
worth until somebody pays.

People in this place tell us they put the decision off because the first job looks so large. That is reasonable.""",
    "consequences": """In our experience about one move in four of people over 75 is made within eight weeks of a
hospital stay. Then there is less time to choose, and more is thrown away than anyone wished.

An empty house costs money as well, here about $900 a month (source: our own files, 41 sales). None of this is urgent
today. It takes an hour: walk through the rooms and write down what would come along.""",
    "first_step": """The first step is not a sale. Take a sheet with three columns: comes along, goes to family, goes.
Walk through one room. Write each thing into its column. You can do it alone or with one of your children. If you like,
a neighbor can hold the pencil. Nothing is decided then, and the sheet is yours.""",
    "next_step": """If you want to talk it over, answer two questions below: whether help is wanted, and whether you
would like to hear from us. Or put the page away until spring.""",
}
PITCH = {
    "title": "Sell your home for top dollar with the area's leading team!",
    "problems": """At Birch Homes we are proud to be the region's most trusted team. With over 30 years of experience
our award-winning agents offer a comprehensive suite of services tailored to you.""",
    "consequences": "Choosing the wrong agent can be devastating. 80 % of sellers lose thousands.",
    "first_step": "We guarantee results. Our proven system will sell your home faster. You'll save time and money.",
    "next_step": "Call now for your free consultation! Only 3 places left.",
}


def codes(part: str, text: str) -> set[str]:
    return {one.code for one in check({part: text}) if one.part == part}


def test_help_is_not_a_pitch_and_a_pitch_is() -> None:
    assert not reads_as_pitch(GOOD)
    assert not [one for one in check(GOOD) if one.code != "too_short"]
    assert reads_as_pitch(PITCH)
    told = {reason.code for reason in judge(PITCH).reasons}
    assert {"pitch_word", "offer", "deadline", "fear", "promise", "guarantee", "figure", "no_own_act"} <= told


@pytest.mark.parametrize(
    ("part", "text", "code", "quote"),
    [
        ("title", "The best dentists in town", "pitch_word", "The best"),
        ("problems", "Our award-winning team is here.", "pitch_word", "award-winning"),
        ("problems", "Many do not know. Our services help.", "solution_first", "Our services"),
        ("problems", "We know people who worry.", "solution_first", "We"),
        ("consequences", "It is a nightmare for families.", "fear", "nightmare"),
        ("consequences", "Act now, as time goes by.", "deadline", "Act now"),
        ("consequences", "Do it before it is too late.", "deadline", "before it is too late"),
        ("next_step", "There are only 3 places this week.", "deadline", "only 3 places"),
        ("next_step", "The offer ends Friday at noon.", "deadline", "ends Friday"),
        ("next_step", "A 10 % discount for you.", "offer", "discount"),
        ("next_step", "Call now and talk to Ann.", "offer", "Call now"),
        ("first_step", "This is risk-free for you.", "guarantee", "risk-free"),
        ("first_step", "You will save on every bill.", "promise", "You will save"),
        ("consequences", "So 65 % of new business is lost.", "figure", "65 %"),
        ("consequences", "About 3 out of 4 give up.", "figure", "3 out of 4"),
        ("consequences", "The cost doubles in a year.", "figure", "doubles"),
        ("consequences", "One in five has no will.", "figure", "One in five"),
        ("first_step", "ALWAYS start here.", "shouting", "ALWAYS"),
    ],
)
def test_a_finding_quotes_the_very_words(part: str, text: str, code: str, quote: str) -> None:
    found = [one for one in check({part: text}) if one.code == code]
    assert [one.quote for one in found] == [quote]
    assert text[found[0].start : found[0].end] == quote


@pytest.mark.parametrize(
    ("part", "text", "code"),
    [
        ("problems", "Do your best and feel free to ask. At best it is small.", "pitch_word"),
        ("problems", "This is leading to higher costs for a limited company.", "pitch_word"),
        ("first_step", "Nobody can promise a result, and it is not risk-free.", "guarantee"),
        ("consequences", "This is not a disaster and never a nightmare.", "fear"),
        ("consequences", "According to the 2024 census, 65 % rent their home.", "figure"),
        ("consequences", "[65 % rent](https://example.org/census) their home.", "figure"),
        ("consequences", "Figures differ. Of ours, 3 out of 4 had one. (Source: our files, 2025.)", "figure"),
        ("consequences", "In May 2024 in the town of 3000 people.", "figure"),
        ("consequences", "A [figure: 65 % of whom] stands open here.", "figure"),
        ("consequences", 'The study "Agony and Ruin" has the numbers.', "fear"),
        ("problems", "It is set in a hurry. The bonus comes in spring, and the premium in May.", "deadline"),
        ("problems", "Magazines show solutions. The premium is due.", "pitch_word"),
        ("problems", "Read more at https://example.org/best-award-winning-NIGHTMARE today.", "pitch_word"),
    ],
)
def test_innocent_words_are_left_alone(part: str, text: str, code: str) -> None:
    assert code not in codes(part, text)


@pytest.mark.parametrize(
    "text",
    [
        "FEMA says 40 percent are outside.",
        "In 2020 the CDC estimated 47 percent.",
        "Historic England's guidance gives 4 percent.",
        "A 2019 survey found 40 percent.",
        "It is 40 percent (Smith and others, 2019).",
        'The report "Old Walls" (2016) has 40 percent.',
        "The fine is 5 percent (Revenue Publication 17).",
        "Some 40 percent are outside (example.gov).",
        "Of the 60 cases I have seen, 3 in 4 ended well.",
        "In 23 shops where we looked it was 9 percent.",
        "Of those who come to me, eight in ten were well.",
    ],
)
def test_a_source_is_known_by_its_shape(text: str) -> None:
    assert has_source(read("consequences", text), 0, len(text))
    assert "figure" not in codes("consequences", text)


@pytest.mark.parametrize(
    "text",
    [
        "Many found that 40 percent fail.",
        "Studies show that 40 percent fail.",
        "Of those who wait 80 percent lose.",
        "One in five people who wait fails.",
        "It is 40 percent (Monday to Friday).",
        "It is 40 percent (since May 2019).",
        "Today's report says 40 percent.",
        "The Birch Group found 40 percent.",
    ],
)
def test_a_name_or_number_alone_is_no_source(text: str) -> None:
    assert not has_source(read("consequences", text, ["Birch Group"]), 0, len(text))


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("On Friday, count the marks. For one week keep a pad by the door.", 2),
        ("Before you sign, read the last page.", 1),
        ("1. Where does it end?\n2. Who else signs?", 2),
        ("Every Monday look at the report. Work out one number.", 2),
        ("One rule: keep the key in the drawer. Get a folder.", 2),
        ("Ask your bank. You may write it down.", 2),
        ("Work with a coach. Call us today. Ask our team. Get your free report.", 0),
        ("It begins with a talk. After the call, our team will take the plan.", 0),
        ("In the meeting the advisers take the plan apart.", 0),
    ],
)
def test_acts_of_ones_own_are_known_however_they_are_told(text: str, acts: int) -> None:
    assert len(own_acts(read("first_step", text))) == acts


def test_speech_and_listening_are_not_we() -> None:
    text = '"I do my own work at night," people tell us. A mother lives with us at home.'
    assert [token.word for token in own_words(read("problems", text))] == []
    assert [token.word for token in own_words(read("problems", "We help. It is ours."))] == ["we", "ours"]


def test_missing_short_and_long_parts_are_told() -> None:
    told = {(one.part, one.code) for one in check({"title": "A title", "problems": "Too few words."})}
    assert told >= {("problems", "too_short"), ("consequences", "missing"), ("next_step", "missing")}
    most = BOUNDS["problems"][1]
    long = "A sentence of six words here. " * (most // 6 + 2)
    found = [one for one in check({"problems": long}) if one.code == "too_long"]
    assert len(found) == 1
    assert len(long[: found[0].start].split()) <= most < len(long[: found[0].end].split())


def test_each_consequence_wants_a_source_and_all_of_them_a_calm_step() -> None:
    text = """In our experience this costs a week a year:

- the post is opened twice by two different people
- the folder stands in the wrong room all winter

The neighbors stop lending their ladder to anybody in the street."""
    found = [one for one in check({"consequences": text}) if one.code in ("no_source", "no_calm_step")]
    assert {one.code for one in found} == {"no_source", "no_calm_step"}
    assert all(one.quote.startswith("The neighbors") for one in found)
    assert "no_calm_step" not in codes("consequences", text + " You can ask them once.")


def test_a_numbered_list_inherits_the_source_of_its_lead() -> None:
    text = "In our experience, in this order:\n\n1. the post is opened twice by two different people\n"
    text += "2. the folder stands in the wrong room all winter"
    assert "no_source" not in codes("consequences", text)


def test_too_much_we_is_shown_where_it_is_thickest() -> None:
    text = "People wait. We know our town and we love our work and our people. " + "The form is long. " * 5
    found = [one for one in check({"problems": text}) if one.code == "about_us"]
    assert [one.quote for one in found] == ["We know our town and we love our work and our people."]


def test_the_practices_own_name_stands_behind_the_problem() -> None:
    text = "Many wait too long. That is why Birch & Oak was founded."
    assert [one.quote for one in check({"problems": text}, names=["Birch & Oak"]) if one.part == "problems"][-1:] == [
        "Birch & Oak"
    ]
    assert "solution_first" not in codes("problems", text)


def test_lix_is_words_a_sentence_and_long_words_in_percent() -> None:
    assert lix(Prose("The cat sat. The enormous elephant slept.")) == pytest.approx(7 / 2 + 100 * 2 / 7)
    assert lix(Prose("")) == 0
    hard = "Notwithstanding aforementioned considerations regarding intergenerational transfers, beneficiaries " * 8
    assert "hard_to_read" in codes("problems", hard + ".")
    assert lix(Prose(GOOD["problems"])) < HARD


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
@given(st.dictionaries(st.sampled_from(["title", *PART_ORDER, "about"]), st.text(max_size=300)))
def test_any_text_is_checked_and_every_quote_is_in_its_place(texts: dict[str, str]) -> None:
    for one in check(texts, names=["Birch"]):
        assert one.code in CODES
        assert texts.get(one.part, "")[one.start : one.end] == one.quote
    assert judge(texts).points == judge(texts).points


HOSTILE = [
    "best ",
    "[",
    "](",
    "![",
    "a ",
    "<",
    "1 in ",
    "https://",
    "\n- ",
    ". ",
    "we ",
    "1",
    "3 %. ",
    "(source x. ",
    "no ",
    '"a ',
    '"',
    "(A 2019 ",
    "(A 2019) ",
    "FEMA says ",
    "A's survey ",
    "For a week, read the ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear_in_hostile_text(piece: str) -> None:
    """A megabyte in a bounded time, and ten times the text in not much more than ten times the time."""

    def taken(size: int) -> float:
        text = piece * (size // len(piece))
        begun = time.process_time()
        check({"consequences": text})
        return time.process_time() - begun

    small, large = taken(50_000), taken(1_000_000)
    assert large < 12
    assert large < 80 * max(small, 0.005)
