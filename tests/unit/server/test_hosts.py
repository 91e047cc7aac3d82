"""Names that are this server's, by the address that it listens on."""

from __future__ import annotations

import dataclasses
import socket

import pytest

from athanor import settings
from athanor.server.hosts import Hosts, is_loopback, same_origin


def hosts(tmp_path, **given):
    return Hosts.of(dataclasses.replace(settings.load(tmp_path, {}), **given))


def test_a_server_on_one_address_answers_to_it_and_to_the_machine_s_name(tmp_path):
    found = hosts(tmp_path, host="192.168.1.7")
    assert found.allow("192.168.1.7:4000")
    assert found.allow(socket.gethostname())
    assert found.allow("localhost")
    assert not found.allow("192.168.1.8")
    assert not found.allow("evil.example")


def test_a_server_on_every_address_answers_to_addresses_and_to_no_stranger_s_name(tmp_path):
    for host in ("0.0.0.0", "::"):
        found = hosts(tmp_path, host=host)
        assert found.allow("10.1.2.3:80")
        assert found.allow("[2001:db8::1]:80")
        assert not found.allow("evil.example")
        assert not found.allow("10.1.2.3.evil.example")


def test_names_are_added_by_a_setting(tmp_path):
    found = hosts(tmp_path, allowed_hosts=" Lab.Example,, other ")
    assert found.allow("lab.example:443")
    assert found.allow("other")
    assert not found.allow("")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST"])
def test_loopback_is_told_from_the_rest(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "lab", "10.0.0.1", "localhost.example"])
def test_the_rest_is_told_from_loopback(host):
    assert not is_loopback(host)


def test_an_origin_is_the_same_by_name_and_port_whoever_ends_the_tls():
    assert same_origin("https://lab.example", "lab.example")
    assert same_origin("https://lab.example", "lab.example:443")
    assert same_origin("http://LAB.example:80", "lab.example")
    assert not same_origin("https://lab.example", "lab.example:80")
    assert not same_origin("http://lab.example:81", "lab.example")
    assert not same_origin("file://lab.example", "lab.example")
