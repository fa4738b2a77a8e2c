"""What the DNS page says, asked of a name service the tests start."""

from __future__ import annotations

import pytest
from tests import make
from tests.dnsserver import DnsServer, free_port
from tests.rooms.mail import letters

from passalong.mail import dns as asking
from passalong.mail.models import DomainCheck
from passalong.mail.services import domain

pytestmark = pytest.mark.usefixtures("inbox")
NAME = "practice.test"


@pytest.fixture(autouse=True)
def set_up(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "relay.provider.test"
    settings.MAIL_DKIM_SELECTOR, settings.MAIL_DKIM_KEY = "s1", letters.key()[0].decode()
    domain.dkim_sign.forget()


@pytest.fixture
def good(dns: DnsServer) -> DnsServer:
    dns.add("relay.provider.test", "A", "192.0.2.25")
    dns.txt("_spf.provider.test", "v=spf1 ip4:192.0.2.0/24 -all")
    dns.txt(NAME, "something else", "v=spf1 include:_spf.provider.test ~all")
    letters.publish(dns, NAME)
    dns.txt(f"_dmarc.{NAME}", "v=DMARC1; p=quarantine")
    dns.add(NAME, "MX", "10 mx.practice.test.")
    return dns


def states() -> dict[str, str]:
    return {one.name: one.state for one in domain.examine()}


def finding(name: str) -> domain.Finding:
    return next(one for one in domain.examine() if one.name == name)


def respf(dns: DnsServer, *records: str) -> domain.Finding:
    dns.remove(NAME, "TXT")
    dns.txt(NAME, *records)
    return finding("SPF")


def test_all_is_well(good):
    assert states() == dict.fromkeys(("SPF", "DKIM", "DMARC", "MX"), "good")
    assert all(not one.record_value for one in domain.examine())


def test_nothing_is_there(dns):
    dns.add("other.test", "A", "192.0.2.1")
    assert states() == dict.fromkeys(("SPF", "DKIM", "DMARC", "MX"), "bad")
    wanted = {one.name: (one.record_name, one.record_value) for one in domain.examine()}
    assert wanted["SPF"] == (NAME, "v=spf1 a:relay.provider.test ~all")
    assert wanted["DKIM"] == (f"s1._domainkey.{NAME}", letters.key()[1])
    assert wanted["DMARC"][0] == f"_dmarc.{NAME}"


def test_what_is_to_be_published_is_good_once_it_is(dns):
    dns.add("relay.provider.test", "A", "192.0.2.25")
    for one in domain.examine():
        if one.record_kind == "TXT":
            dns.txt(one.record_name, one.record_value)
    assert states() | {"MX": ""} == {"SPF": "good", "DKIM": "good", "DMARC": "better", "MX": ""}


def test_two_records_count_for_none(good):
    found = respf(good, "v=spf1 mx ~all", "v=spf1 include:_spf.provider.test -all")
    assert (found.state, found.record_value) == ("bad", "v=spf1 include:_spf.provider.test mx ~all")


def test_another_server_is_named(good):
    found = respf(good, "v=spf1 ip4:198.51.100.0/24 -all")
    assert (found.state, found.record_value) == ("bad", "v=spf1 a:relay.provider.test ip4:198.51.100.0/24 ~all")
    good.remove(NAME, "TXT")
    good.txt(NAME, found.record_value)
    assert finding("SPF").state == "good"


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 a:relay.provider.test -all",
        "v=spf1 a:relay.provider.test/30 -all",
        "v=spf1 redirect=_spf.provider.test",
        "v=SPF1 ?mx +include:_spf.provider.test -all",
        "v=spf1 ip4:192.0.2.25 -all",
        "v=spf1 mx:provider.test -all",
    ],
)
def test_ways_of_naming_our_relay(good, record):
    good.add("provider.test", "MX", "5 relay.provider.test.")
    assert respf(good, record).state == "good"


@pytest.mark.parametrize(
    ("record", "word"),
    [
        ("v=spf1 +all", "anybody"),
        ("v=spf1 include:missing.test ~all", "missing.test"),
        ("v=spf1 ip4:nonsense ~all", "nonsense"),
        ("v=spf1 -include:_spf.provider.test ~all", "does not name"),
    ],
)
def test_records_that_do_not_hold(good, record, word):
    found = respf(good, record)
    assert (found.state, word in found.say) == ("bad", True)


def test_more_than_ten_look_ups(good):
    for number in range(12):
        good.txt(f"n{number}.test", "v=spf1 -all")
    many = " ".join(f"include:n{number}.test" for number in range(10))
    assert respf(good, f"v=spf1 {many} include:_spf.provider.test ~all").state == "bad"
    few = " ".join(f"include:n{number}.test" for number in range(9))
    assert respf(good, f"v=spf1 {few} include:_spf.provider.test ~all").state == "good"


def test_records_that_go_in_circles_end(good):
    good.txt("round.test", f"v=spf1 include:{NAME} ~all")
    assert respf(good, "v=spf1 include:round.test ~all").state == "bad"
    assert len(good.asked) < 100


def test_a_key_that_is_not_ours(good):
    good.remove(f"s1._domainkey.{NAME}", "TXT")
    good.txt(f"s1._domainkey.{NAME}", "v=DKIM1; k=rsa; p=MIIBother")
    found = finding("DKIM")
    assert (found.state, found.record_value, found.found) == ("bad", letters.key()[1], ["v=DKIM1; k=rsa; p=MIIBother"])


def test_no_key_is_set(good, settings):
    settings.MAIL_DKIM_SELECTOR = ""
    assert (finding("DKIM").state, finding("DMARC").state) == ("off", "better")
    settings.MAIL_DKIM_SELECTOR, settings.MAIL_DKIM_KEY = "s1", "nonsense"
    assert finding("DKIM").state == "bad"


def test_policies(good):
    for record, state in (
        ("v=DMARC1; p=none", "better"),
        ("v=DMARC1; p=reject; adkim=s", "good"),
        ("v=DMARC1; p=whatever", "bad"),
        ("v=DMARC1", "bad"),
    ):
        good.remove(f"_dmarc.{NAME}", "TXT")
        good.txt(f"_dmarc.{NAME}", record)
        assert finding("DMARC").state == state, record
    good.txt(f"_dmarc.{NAME}", "v=DMARC1; p=none")
    assert finding("DMARC").state == "bad"


def test_the_policy_of_the_domain_above_holds(good, settings):
    settings.DEFAULT_FROM_EMAIL = "desk@mail.practice.test"
    assert finding("DMARC").state == "good"


def test_a_long_answer_is_asked_for_again_over_tcp(good):
    good.txt(NAME, *(letter * 200 for letter in "vwxyz"))
    assert finding("SPF").state == "good"
    assert {over for name, kind, over in good.asked if (name, kind) == (NAME, "TXT")} == {"udp", "tcp"}


def test_a_name_service_that_cannot_tell_is_told_as_such(good):
    for name in (NAME, f"_dmarc.{NAME}", f"s1._domainkey.{NAME}"):
        good.fail(name)
    assert states() == dict.fromkeys(("SPF", "DKIM", "DMARC", "MX"), "unknown")


def test_silence_takes_no_longer_than_its_time(settings, monkeypatch, good):
    monkeypatch.setattr(asking, "TIMEOUT", 0.1)
    monkeypatch.setattr(asking, "LIFETIME", 0.3)
    good.mute(f"_dmarc.{NAME}")
    assert states() == {"SPF": "good", "DKIM": "good", "DMARC": "unknown", "MX": "good"}
    settings.DNS = f"127.0.0.1:{free_port()}"
    assert set(states().values()) == {"unknown"}


@pytest.mark.django_db
def test_the_page_shows_asks_again_and_keeps(good):
    member = make.member()
    browser = make.browser(member)
    page = browser.get("/settings/mail/")
    assert (page.status_code, DomainCheck.objects.count(), good.asked) == (200, 0, [])
    assert browser.post("/settings/mail/check/").status_code == 302
    text = browser.get("/settings/mail/").content.decode()
    assert "include:_spf.provider.test" in text
    good.remove(f"s1._domainkey.{NAME}", "TXT")
    browser.post("/settings/mail/check/")
    assert letters.key()[1][:60] in browser.get("/settings/mail/").content.decode()
    assert DomainCheck.objects.count() == 1
