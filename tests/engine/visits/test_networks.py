"""Lists of networks: optional, dated, checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from passalong.engine.visits import ListError, neighbourhood, parsed, read_networks

HEAD = "# class: {}; date: 2026-11-01; source: https://example.org/ranges\n"


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text)
    return file


def test_the_narrower_network_counts_then_the_later_list(tmp_path):
    wide = written(tmp_path, "1.txt", HEAD.format("datacentre") + "192.0.2.0/24\n# a word\n\n2001:db8::/32  # all\n")
    narrow = written(tmp_path, "2.csv", HEAD.format("proxy") + 'network,owner\n"192.0.2.128/25",us\n192.0.2.1,us\n')
    networks = read_networks([wide, narrow])
    found = {text: networks.of(parsed(text)) for text in ("192.0.2.2", "192.0.2.200", "192.0.2.1", "2001:db8::5")}
    assert found == {
        "192.0.2.2": "datacentre",
        "192.0.2.200": "proxy",
        "192.0.2.1": "proxy",
        "2001:db8::5": "datacentre",
    }
    assert networks.of(parsed("198.51.100.1")) == networks.of(None) == ""
    assert networks.sources[0] == "datacentre, 2026-11-01, https://example.org/ranges"


def test_an_ipv4_number_is_not_mistaken_for_an_ipv6_one(tmp_path):
    networks = read_networks([written(tmp_path, "1.txt", HEAD.format("scanner") + "::/96\n")])
    assert networks.of(parsed("192.0.2.2")) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the list is empty"),
        ("192.0.2.0/24\n", "line 1: wanted “# class: datacentre or proxy or scanner; date:"),
        (HEAD.format("cloud"), "line 1: wanted"),
        (HEAD.format("proxy") + "192.0.2.0/44\n", "line 2: “192.0.2.0/44” is no network"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path, text, told):
    with pytest.raises(ListError, match=r"1\.txt") as error:
        read_networks([written(tmp_path, "1.txt", text)])
    assert told in str(error.value)


def test_addresses_as_proxies_write_them():
    assert str(parsed("::ffff:192.0.2.7")) == "192.0.2.7"
    assert str(parsed("[2001:db8::1]")) == str(parsed("2001:db8::1%eth0")) == "2001:db8::1"
    assert parsed("unknown") is None
    assert neighbourhood(parsed("192.0.2.7")) == neighbourhood(parsed("192.0.2.200"))
    assert neighbourhood(parsed("0.0.1.1")) != neighbourhood(parsed("::1:1"))
