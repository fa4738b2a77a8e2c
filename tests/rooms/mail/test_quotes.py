"""New words are told from quotations: above, below, between, in many languages, by many programs; in linear time."""

from __future__ import annotations

import time

import pytest

from passalong.mail.reading.html import to_text
from passalong.mail.reading.quotes import own_words

OLD = "> Shall we meet on Tuesday?\n> Best, the practice\n"


@pytest.mark.parametrize(
    "line",
    [
        "On Mon, May 4, 2026 at 10:00 AM The Practice <desk@practice.test> wrote:",
        "On 4 May 2026, at 10:00, The Practice\n<desk@practice.test> wrote:",
        "On Mon, May 4, 2026 at 10:00 AM The Practice with a very long name indeed\n<inbox+r23@practice.test>\nwrote:",
        "Am 04.05.2026 um 10:00 schrieb Die Praxis:",
        "Am Mo., 4. Mai 2026 um 10:00 Uhr schrieb Die Praxis <desk@practice.test>:",
        "Le lun. 4 mai 2026 à 10:00, Le Cabinet <desk@practice.test> a écrit :",
        "El lun, 4 may 2026 a las 10:00, La Oficina (<desk@practice.test>) escribió:",
        "Il giorno lun 4 mag 2026 alle ore 10:00 Lo Studio <desk@practice.test> ha scritto:",
        "Em seg., 4 de mai. de 2026 às 10:00, O Escritório <desk@practice.test> escreveu:",
        "Op ma 4 mei 2026 om 10:00 schreef De Praktijk <desk@practice.test>:",
        "Den mån 4 maj 2026 kl 10:00 skrev Byrån <desk@practice.test>:",
        "Den 4. maj 2026 kl. 10.00 skrev Kontoret <desk@practice.test>:",
        "W dniu 4.05.2026 o 10:00, Biuro napisał(a):",
        "Dne 4. 5. 2026 v 10:00 Kancelář napsal(a):",
        "пн, 4 мая 2026 г. в 10:00, Бюро <desk@practice.test> написал:",
        "4 Mayıs 2026 Pzt 10:00 tarihinde Ofis <desk@practice.test> şunu yazdı:",
        "2026年5月4日(月) 10:00 事務所 <desk@practice.test>のメール:",
        "2026年5月4日 10:00,办公室 <desk@practice.test> 写道：",
    ],
)
def test_the_line_before_a_quotation_in_many_languages(line):
    assert own_words(f"Yes, gladly.\n\n{line}\n{OLD}").text == "Yes, gladly."
    assert own_words(f"{line}\n{OLD}\nYes, gladly.").text == "Yes, gladly."


@pytest.mark.parametrize(
    "old",
    [
        "-----Original Message-----\nFrom: The Practice\nSent: Monday\nTo: Ann\nSubject: Your visit\n\nShall we meet?",
        "________________________________\nFrom: The Practice <desk@practice.test>\nSent: Monday\nTo: Ann\n\nShall we?",
        "From: The Practice\nSent: Monday, May 4\nTo: Ann\nSubject: Your visit\n\nShall we meet?",
        "*Von:* Die Praxis\n*Gesendet:* Montag\n*An:* Ann\n*Betreff:* Ihr Besuch\n\nSehen wir uns?",
        "De : Le Cabinet\nEnvoyé : lundi\nÀ : Ann\nObjet : Votre visite\n\nOn se voit ?",
        "-------- Ursprüngliche Nachricht --------\nVon: Die Praxis\n\nSehen wir uns?",
        "---------- Forwarded message ---------\nFrom: x\n\nShall we?",
        "发件人: 办公室\n发送时间: 2026年5月4日\n收件人: Ann\n主题: 访问\n\n见面吗?",
        "On Mon, May 4, 2026 at 10:00 The Practice <desk@practice.test> wrote:\n\nShall we meet? Not marked as quoted.",
    ],
)
def test_what_programs_put_below_without_marks(old):
    assert own_words(f"Yes, gladly.\n\n{old}").text == "Yes, gladly."


def test_answers_between_the_lines_keep_their_order():
    text = "> One?\n\nYes.\n\n> Two?\n> Three?\n\nNo, and no.\n\n-- \nAnn Okafor\n1 Main Street\n"
    assert own_words(text).text == "Yes.\n\n…\nNo, and no."


def test_signatures_of_people_and_phones():
    assert own_words("Yes.\n\n-- \nAnn\nPhone 1").text == "Yes."
    assert own_words("Yes.\n\nSent from my iPhone").text == "Yes."
    assert own_words("Yes.\n\nVon meinem iPhone gesendet\n\n> old").text == "Yes."


@pytest.mark.parametrize(
    "text",
    [
        "John wrote: the garden is lovely.\nFrom here it looks fine.\nTo: be honest, I like it.",
        "My list:\n- one\n- two",
        "On 4 May I wrote a letter. It said:\nhello",
        "Dates: 1-2-2026 --- or later",
        "From: a\n\nnothing more",
    ],
)
def test_ordinary_words_are_left_alone(text):
    assert own_words(text).text == text
    assert not own_words(text).was_cut


@pytest.mark.parametrize("text", [OLD, "-- \nAnn", "", "\n\n\n", ">"])
def test_where_nothing_would_be_left_everything_is_shown(text):
    assert own_words(text).text == text.strip()


MEGA = 1_000_000


@pytest.mark.parametrize(
    "text",
    [piece * (MEGA // len(piece)) for piece in (">", ">\n", "> ", "On 1\n", "From: a\n", "-- \n", "-", " ", "\n", "_")]
    + ["On 1 x wrote:\nOn 2\n" * (MEGA // 20)],
)
def test_a_megabyte_takes_no_time(text):
    began = time.process_time()
    own_words(text)
    assert time.process_time() - began < 0.1 * 3  # seconds; thrice for a busy machine


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>One<br>two</p><p>three</p>", "One\ntwo\n\nthree"),
        ("a<!-- > hidden <b> --> b", "a b"),
        ("<script>x<y</script>seen<style>p{}</style>", "seen"),
        ("1 < 2 &amp; 3 &gt; 2", "1 < 2 & 3 > 2"),
        ("<blockquote>old</blockquote>new", "> old\n\nnew"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ('<a href="javascript:alert(1)" onclick="x">words</a>', "words"),
        ("<div>unclosed", "unclosed"),
        ("<script>never closed", ""),
        ("", ""),
    ],
)
def test_html_as_text(source, text):
    assert to_text(source) == text
