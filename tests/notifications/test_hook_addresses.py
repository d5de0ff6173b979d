"""Where a webhook may lead: what an administrator may type, and which machines may be called."""

from ipaddress import ip_address, ip_network

import pytest

from notifications.hooks import addresses
from notifications.hooks.addresses import BadAddress, Target, checked, may_reach, target_of

pytestmark = pytest.mark.once

OPEN = Target("https", "system.example.se", 443, "/")


def refused(address: str) -> str:
    with pytest.raises(BadAddress) as error:
        checked(address)
    return str(error.value)


# ---- what may be typed ----


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://system.example.se", Target("https", "system.example.se", 443, "/")),
        ("HTTPS://System.Example.SE:443/K?s=%2F&x=1", Target("https", "system.example.se", 443, "/K?s=%2F&x=1")),
        ("https://räksmörgås.example.se/", Target("https", "xn--rksmrgs-5wao1o.example.se", 443, "/")),
        ("https://93.184.216.34/x", Target("https", "93.184.216.34", 443, "/x")),
        ("https://[2606:2800:220:1::1]/x", Target("https", "2606:2800:220:1::1", 443, "/x")),
    ],
)  # fmt: skip
def test_an_address_is_taken_apart(address, target):
    assert checked(address) == target


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", addresses.INCOMPLETE),
        ("system.example.se/krok", addresses.INCOMPLETE),
        ("ftp://system.example.se/", addresses.INCOMPLETE),
        ("https:///krok", addresses.INCOMPLETE),
        ("https://[::1/krok", addresses.INCOMPLETE),
        ("https://-a.example.se/", addresses.INCOMPLETE),
        ("https://a..example.se/", addresses.INCOMPLETE),
        (f"https://{'a' * 64}.example.se/", addresses.INCOMPLETE),
        (f"https://{'å' * 64}.example.se/", addresses.INCOMPLETE),
        ("https://system.example.se./", addresses.INCOMPLETE),
        ("http://system.example.se/", addresses.UNSEALED),
        ("https://anna:hemligt@system.example.se/", addresses.WITH_USER),
        ("https://system.example.se:443@127.0.0.1/", addresses.WITH_USER),
        ("https://system.example.se/#del", addresses.WITH_MARK),
        ("https://system.example.se/#", addresses.WITH_MARK),
        ("https://system.example.se/två", addresses.STRANGE),
        ("https://system.example.se/a b", addresses.STRANGE),
        ("https://system.example.se\\@127.0.0.1/", addresses.STRANGE),
        ("https://system.example.se/\r\nHost: x", addresses.STRANGE),
        ("https://system.example.se:8443/", addresses.WRONG_PORT),
        ("https://system.example.se:0/", addresses.WRONG_PORT),
        ("https://system.example.se:99999/", addresses.WRONG_PORT),
        (f"https://system.example.se/{'a' * 1000}", addresses.TOO_LONG),
    ],
)
def test_an_address_that_cannot_be_called_is_refused_in_a_sentence(address, sentence):
    assert refused(address) == sentence


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "017700000001", "127.0.0.0x1", "1.2.3.4.5"])
def test_an_odd_way_to_write_a_number_is_no_host(host):
    assert refused(f"https://{host}/") == addresses.INCOMPLETE


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "169.254.169.254", "10.1.2.3", "[::1]", "[::ffff:10.1.2.3]", "[fd00::1]"]
)
def test_a_number_inside_is_refused_when_it_is_typed(host):
    assert refused(f"https://{host}/") == addresses.INSIDE


def test_the_operator_may_allow_more_ports(settings):
    settings.WEBHOOK_PORTS = [443, 8443]
    assert checked("https://system.example.se:8443/").authority == "system.example.se:8443"


def test_the_operator_may_allow_a_network_and_only_there_without_tls(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS, settings.WEBHOOK_PORTS = [ip_network("10.20.0.0/16")], [443, 80]
    assert checked("http://10.20.0.7/").port == 80
    assert refused("http://10.21.0.7/") == refused("http://93.184.216.34/") == addresses.INSIDE


# ---- what may be called ----

INSIDE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:93.184.216.34",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "100::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
]
OUTSIDE = [
    "9.255.255.255",
    "11.0.0.0",
    "93.184.216.34",
    "100.63.255.255",
    "172.32.0.0",
    "2606:2800:220:1::1",
    "2a00::1",
]


@pytest.mark.parametrize("number", INSIDE)
def test_no_machine_is_called_that_is_not_on_the_open_internet(number):
    assert not may_reach(OPEN, ip_address(number))


@pytest.mark.parametrize("number", OUTSIDE)
def test_a_machine_on_the_open_internet_is_called_with_tls_alone(number):
    assert may_reach(OPEN, ip_address(number))
    assert not may_reach(Target("http", "system.example.se", 80, "/"), ip_address(number))


def test_a_network_that_is_allowed_is_called_and_its_neighbour_is_not(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("10.20.0.0/16"), ip_network("fd12::/16")]
    assert may_reach(OPEN, ip_address("10.20.255.255"))
    assert may_reach(OPEN, ip_address("fd12::1"))
    assert not may_reach(OPEN, ip_address("10.21.0.0"))
    assert not may_reach(OPEN, ip_address("::ffff:10.20.0.1"))


def test_a_rule_of_the_operators_that_has_changed_holds_for_old_addresses_too(settings):
    settings.WEBHOOK_PORTS = [8443]
    with pytest.raises(BadAddress):
        target_of("https://system.example.se/")
