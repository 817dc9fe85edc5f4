"""Which addresses count as public."""

from ipaddress import ip_address, ip_network

import pytest

from dyadwatch.web.addresses import is_permitted, is_public, parse_address

REFUSED = """0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254
172.16.0.0 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.1
203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 168.63.129.16
:: ::1 ::127.0.0.1 ::ffff:10.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1 2001:20::1 2001:db8::1 2002:7f00:1::
3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 fe80::1%eth0"""
PUBLIC = """1.1.1.1 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 169.253.0.1 172.15.0.1
172.32.0.1 192.167.0.1 192.169.0.1 198.17.0.1 198.20.0.1 223.255.255.255 168.63.129.17 ::ffff:8.8.8.8
2001:200::1 2001:4860:4860::8888 2606:4700::1111 2a00:1450::1"""


@pytest.mark.parametrize("text", REFUSED.split())
def test_special_addresses_are_not_public(text):
    """Every special-purpose range of IANA, and what would tunnel into one, is refused."""
    assert not is_public(parse_address(text))


@pytest.mark.parametrize("text", PUBLIC.split())
def test_the_neighbours_of_special_ranges_are_public(text):
    """The list takes no more than the ranges."""
    assert is_public(parse_address(text))


def test_an_opened_network_is_permitted_and_its_neighbour_is_not():
    """A CIDR opens exactly that network."""
    allowed = [ip_network("10.1.0.0/16"), ip_network("fd00:1::/32")]
    assert is_permitted(ip_address("10.1.255.255"), allowed)
    assert is_permitted(ip_address("fd00:1::5"), allowed)
    assert not is_permitted(ip_address("10.2.0.0"), allowed)
    assert not is_permitted(ip_address("fd00:2::5"), allowed)
    assert is_permitted(ip_address("8.8.8.8"), allowed)


def test_a_mapped_address_is_the_one_it_maps():
    """::ffff:a.b.c.d reaches a.b.c.d, and a name is no address."""
    assert parse_address("::ffff:127.0.0.1") == ip_address("127.0.0.1")
    assert parse_address("example.org") is None
