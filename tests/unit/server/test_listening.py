"""The socket of the server."""

from __future__ import annotations

import dataclasses
import socket

import pytest

from athanor import settings
from athanor.errors import InvalidSetting, PortTaken
from athanor.server.safety import Rules
from athanor.server.serving import listening, url, welcome
from athanor.server.token_file import Token


def given(tmp_path, **changes):
    return dataclasses.replace(settings.load(tmp_path, {}), **changes)


def test_its_protocol_is_named_so_that_answers_are_sent_at_once(tmp_path):
    with listening(given(tmp_path, port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_taken_port_is_refused_and_a_free_one_is_let_go_again(tmp_path):
    with listening(given(tmp_path, port=0)) as listener:
        port = listener.getsockname()[1]
        with (
            pytest.raises(PortTaken, match=f"--port {port + 1}"),
            listening(given(tmp_path, port=port)),
        ):
            pass
    with listening(given(tmp_path, port=port)):
        pass


@pytest.mark.parametrize("host", ["", " "])
def test_an_empty_address_is_refused(tmp_path, host):
    with pytest.raises(InvalidSetting, match="empty"), listening(given(tmp_path, host=host)):
        pass


@pytest.mark.parametrize("port", [65536, 10**9])
def test_a_port_that_cannot_be_is_refused(tmp_path, port):
    with pytest.raises(InvalidSetting), listening(given(tmp_path, port=port)):
        pass


def test_where_it_is_is_said_in_a_form_for_browsers():
    assert url("127.0.0.1", 4000) == "http://127.0.0.1:4000"
    assert url("::1", 4000) == "http://[::1]:4000"
    assert url("0.0.0.0", 4000) == f"http://{socket.gethostname()}:4000"


@pytest.mark.parametrize("built", [True, False])
def test_a_server_without_pages_says_how_to_get_them(tmp_path, built):
    settings = given(tmp_path)
    rules = Rules.of(settings, Token.of(settings), 4000)
    told = "\n".join(welcome(settings, rules, 4000, built=built))
    assert "at http://127.0.0.1:4000 " in told
    assert ("`make web`" in told) is not built
