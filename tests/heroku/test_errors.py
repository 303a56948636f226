"""Every way in which Heroku, or what stands between, may fail us, told apart and told clearly."""

import logging
import ssl
from socket import gaierror
from typing import Any

import httpx
import pytest
import respx

from autoscaler.core.platform import Gone, PlatformError, Refused, Transient, Unauthorised
from autoscaler.heroku import Heroku
from tests.heroku.support import GOOD, SHOP, TOKEN, WEB, World, always_good, loopback

PREBOOT = "Cannot change formation for a preboot app until release phase and preboot complete"


@pytest.mark.parametrize(
    ("status", "name", "kind"),
    [
        (400, "bad_request", Refused),
        (401, "unauthorized", Unauthorised),
        (402, "delinquent", Refused),
        (403, "forbidden", Refused),
        (404, "not_found", Gone),
        (406, "not_acceptable", Refused),
        (408, "", Transient),
        (409, "conflict", Refused),
        (410, "gone", Gone),
        (412, "precondition_failed", Refused),
        (416, "requested_range_not_satisfiable", Refused),
        (418, "teapot", Refused),
        (422, "invalid_params", Refused),
        (425, "too_early", Transient),
        (429, "rate_limit", Transient),
        (500, "internal", Transient),
        (502, "", Transient),
        (503, "maintenance", Transient),
        (504, "", Transient),
        (599, "", Transient),
    ],
)
async def test_statuses_are_sorted_into_four_kinds(
    status: int, name: str, kind: type[PlatformError], web: respx.MockRouter, world: World
) -> None:
    web.route().respond(status, json={"id": name, "message": "Something of Heroku's own."})
    for call in (world.formation, world.apply):
        error = await world.refused(call)
        assert type(error) is kind
        assert f"({status} {name}".strip() in str(error)
        assert "Something of Heroku's own" in str(error)
        assert error.request_id == web.calls.last.request.headers["Request-Id"]


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 410, 422])
async def test_what_is_refused_is_not_asked_again(status: int, web: respx.MockRouter, world: World) -> None:
    web.route().respond(status)
    await world.refused(world.apply)
    assert len(web.calls) == 1
    assert world.naps == []


async def test_each_error_says_what_to_do_next(web: respx.MockRouter, world: World) -> None:
    for status, name, advice in [
        (401, "unauthorized", "make one with `heroku authorizations:create -s write` and set it as HEROKU_API_KEY"),
        (402, "delinquent", "settle the account's bill"),
        (403, "suspended", "ask Heroku's support"),
        (403, "two_factor", "heroku authorizations:create -s write"),
        (404, "not_found", "check its name and who may see it"),
    ]:
        web.get(SHOP).respond(status, json={"id": name, "message": "No."})
        assert advice in str(await world.refused())


async def test_a_scope_too_small_is_shown_beside_the_one_needed(web: respx.MockRouter, world: World) -> None:
    scopes = {"Oauth-Scope": "read", "Oauth-Scope-Accepted": "global write write-protected"}
    web.patch(SHOP).respond(403, json={"id": "forbidden", "message": "You do not have access."}, headers=scopes)
    text = str(await world.refused(world.apply))
    assert "the token's scope is read, one of global, write, write-protected is needed" in text
    assert "heroku authorizations:create -s write" in text


async def test_a_missing_process_type_is_not_a_missing_app(web: respx.MockRouter, world: World) -> None:
    missing = {"resource": "formation", "id": "not_found", "message": "Couldn't find that process type (web)."}
    web.patch(SHOP).respond(404, json=missing)
    assert type(await world.refused(world.apply)) is Refused
    web.patch(SHOP).respond(404, json={**missing, "resource": "app"})
    assert type(await world.refused(world.apply)) is Gone


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (422, PREBOOT, Transient),
        (422, "There is already a release in progress for this app.", Transient),
        (409, "Cannot scale while a release is in progress.", Transient),
        (422, "Preboot is for production dynos.", Refused),
        (422, "No such size as preboot.", Refused),
        (422, "App must be deployed before dynos can be scaled.", Refused),
        (403, PREBOOT, Refused),
    ],
)
async def test_a_release_under_way_passes(
    status: int, message: str, kind: type[PlatformError], web: respx.MockRouter, world: World
) -> None:
    web.patch(SHOP).respond(status, json={"id": "invalid_params", "message": message})
    assert type(await world.refused(world.apply)) is kind


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        ({"id": "cannot_update_above_limit", "limit": 100}, "stay within Heroku's limit of 100 in the policy file"),
        ({"id": "cannot_run_above_limit", "limit": 2, "message": "Cannot run more than 2 Free size dynos."}, "of 2 in"),
        ({"id": "cannot_run_above_limit", "limit": "many"}, "stay within Heroku's limit in the policy file"),
        (
            {"id": "invalid_params", "message": "Cannot update to more than 10 Performance-M size dynos per process"},
            "stay within Heroku's limit of 10 in",
        ),
        (
            {"id": "invalid_params", "message": "Cannot use the following dyno types in the same app: Basic and Eco"},
            "give every process type of the app a size of one tier: one with 0 dynos counts too",
        ),
        ({"id": "invalid_params", "message": "App must be deployed before dynos can be scaled."}, "deploy the app"),
    ],
)
async def test_what_heroku_does_not_allow_is_told_with_the_way_out(
    body: dict[str, Any], advice: str, web: respx.MockRouter, world: World
) -> None:
    web.patch(SHOP).respond(422, json=body)
    error = await world.refused(world.apply)
    assert type(error) is Refused
    assert advice in str(error)


@pytest.mark.parametrize("headers", [{}, {"Oauth-Scope": "write", "Oauth-Scope-Accepted": "global write"}])
async def test_a_token_whose_scope_is_no_matter_lacks_access(
    headers: dict[str, str], web: respx.MockRouter, world: World
) -> None:
    web.patch(SHOP).respond(403, json={"id": "forbidden", "message": "You do not have access."}, headers=headers)
    assert "give the token's user leave to operate the app" in str(await world.refused(world.apply))


async def test_payment_is_the_accounts(web: respx.MockRouter, world: World) -> None:
    web.patch(SHOP).respond(402, json={"id": "payment_required", "message": "No."})
    assert "see the account's billing in Heroku's dashboard" in str(await world.refused(world.apply))


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"null", b"[]", b'"no"', b"[" * 100_000, b"\xff\xfe", b'{"id":7,"message":null}', b'{"id":["a"]}'],
)
async def test_an_error_without_an_explanation_is_one_all_the_same(
    body: bytes, web: respx.MockRouter, world: World
) -> None:
    web.get(SHOP).respond(403, content=body)
    assert "Heroku refused to tell the formation (403)" in str(await world.refused())


async def test_an_explanation_is_kept_where_its_id_is_none(web: respx.MockRouter, world: World) -> None:
    web.get(SHOP).respond(422, content=b'{"id":null,"message":"No such size."}')
    assert "(422: No such size)" in str(await world.refused())


async def test_others_words_are_made_harmless(web: respx.MockRouter, world: World) -> None:
    message = f"\x1b[2J\x07one\r\ntwo\u202e\x00 {TOKEN} " + "long " * 1000
    web.get(SHOP).respond(422, json={"id": "a\x1b\nb", "message": message})
    text = str(await world.refused())
    assert "(422 a b: [2J one two [token] long long" in text
    assert len(text) < 450


@pytest.mark.parametrize("token", ["", "  ", "two words", "new\nline", "\u2013dash", "nul\x00", "ü"])
async def test_a_token_that_cannot_be_one_is_not_sent(token: str, web: respx.MockRouter, world: World) -> None:
    web.route().respond(200, content=GOOD)
    heroku = Heroku(token, now=world.clock)
    with pytest.raises(Unauthorised, match="shop: the token is empty or holds signs") as caught:
        await heroku.formation("shop")
    assert token.strip() == "" or token not in str(caught.value)
    assert not web.calls


async def test_a_token_with_a_line_end_around_it_is_mended(web: respx.MockRouter, world: World) -> None:
    web.route().respond(200, content=GOOD)
    heroku = Heroku(f" {TOKEN}\r\n", now=world.clock)
    await heroku.formation("shop")
    assert web.calls.last.request.headers["Authorization"] == f"Bearer {TOKEN}"
    await heroku.aclose()


async def test_a_short_token_is_not_cut_out_of_what_heroku_says(web: respx.MockRouter, world: World) -> None:
    web.route().respond(422, json={"id": "invalid_params", "message": "next"})
    heroku = Heroku("x", now=world.clock)
    with pytest.raises(Refused, match="next"):
        await heroku.formation("shop")
    await heroku.aclose()


def web_with(**change: Any) -> list[dict[str, Any]]:
    return [{key: value for key, value in {**WEB, **change}.items() if value != "absent"}]


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        "text",
        7,
        {"id": "web"},
        [None],
        [[]],
        ["web"],
        web_with(quantity=None),
        web_with(quantity="absent"),
        web_with(quantity="2"),
        web_with(quantity="+1"),
        web_with(quantity=2.0),
        web_with(quantity=2.5),
        web_with(quantity=True),
        web_with(quantity=False),
        web_with(quantity=-1),
        web_with(quantity=10**30),
        web_with(quantity=[2]),
        web_with(type=None),
        web_with(type="absent"),
        web_with(type=7),
        web_with(type=""),
        web_with(type="we\x1bb"),
        web_with(type="web\n"),
        web_with(type="w" * 1000),
        web_with(dyno_size="absent", size="absent"),
        web_with(dyno_size=None, size=None),
        web_with(dyno_size={}),
        web_with(dyno_size={"name": None}),
        web_with(dyno_size={"name": 7}),
        web_with(dyno_size={"name": ""}),
        web_with(dyno_size="Basic"),
        web_with(dyno_size="absent", size=7),
        [WEB, WEB],
        [WEB, {**WEB, "quantity": 0}],
    ],
)
async def test_a_wrong_shape_never_becomes_values(body: Any, web: respx.MockRouter, world: World) -> None:
    web.route().respond(200, json=body)
    for call in (world.formation, world.apply):
        assert "Heroku's answer cannot be read: " in str(await world.transient(call))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "0 bytes that are not JSON"),
        (b"<!doctype html><p>Down", "22 bytes that are not JSON"),
        (GOOD[:-1], "that are not JSON"),
        (GOOD + b"]", "that are not JSON"),
        (b"[" * 500_000, "that are not JSON"),
        (b"\xef\xbb\xbf" + GOOD, "that are not JSON"),
        (GOOD.decode().encode("utf-16"), "that are not JSON"),
        (GOOD.replace(b"web", b"w\xffb"), "that are not JSON"),
        (b'[{"type":"web","quantity":NaN,"size":"a"}]', "quantity"),
        (b" " * 1_000_001, "longer than 1,000,000 bytes"),
    ],
)
async def test_what_is_not_json_cannot_be_read(body: bytes, why: str, web: respx.MockRouter, world: World) -> None:
    web.route().respond(200, content=body)
    for call in (world.formation, world.apply):
        text = str(await world.transient(call))
        assert "Heroku's answer cannot be read: " in text
        assert why in text
    assert len(web.calls) == 6


@pytest.mark.parametrize(
    "answers",
    [
        [httpx.Response(206, json=[WEB])],
        [httpx.Response(206, json=[WEB], headers={"Next-Range": "type web.."})],  # for ever
        [httpx.Response(206, json=[], headers={"Next-Range": "type web.."})],
        [httpx.Response(206, json=[WEB], headers=[(b"Next-Range", "type wéb..".encode())])],
        [httpx.Response(206, json=[WEB], headers={"Next-Range": "a"}), httpx.Response(200, json=[WEB])],
    ],
)
async def test_a_list_in_parts_that_does_not_add_up(
    answers: list[httpx.Response], web: respx.MockRouter, world: World
) -> None:
    web.get(SHOP).mock(side_effect=answers * 60)
    assert "Heroku's answer cannot be read: " in str(await world.transient())
    assert len(web.calls) <= 30


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308])
async def test_redirects_are_not_followed(status: int, web: respx.MockRouter, world: World) -> None:
    elsewhere = web.route(host="elsewhere.example").respond(200, content=GOOD)
    web.route(host="api.heroku.com").respond(status, headers={"Location": "https://elsewhere.example/"})
    for call in (world.formation, world.apply):
        assert f"a redirect ({status}), which is never followed" in str(await world.transient(call))
    assert not elsewhere.called


def caused(error: Exception, cause: Exception) -> Exception:
    """As httpcore raises it: the cause only as a context."""
    middle = OSError("All connection attempts failed")
    middle.__context__ = ExceptionGroup("attempts", [ValueError(), cause])
    error.__cause__ = middle
    return error


UNTRUSTED = ssl.SSLCertVerificationError(1, "certificate verify failed")
UNTRUSTED.verify_message = "self-signed certificate"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (caused(httpx.ConnectError("x"), gaierror(-2, "Name or service not known")), "DNS: the address of Heroku's"),
        (caused(httpx.ConnectError("x"), UNTRUSTED), "TLS: Heroku's certificate is not trusted here (self-signed cert"),
        (caused(httpx.ConnectError("x"), ssl.SSLError(1, "bad")), "TLS: no secure connection"),
        (caused(httpx.ConnectError("x"), ConnectionRefusedError()), "the connection to Heroku was refused"),
        (caused(httpx.ReadError("x"), ConnectionResetError()), "the connection to Heroku was reset"),
        (httpx.ConnectError("x"), "no connection to Heroku could be made"),
        (httpx.ConnectTimeout("x"), "Heroku's answer was not there within 5 s"),
        (httpx.ReadTimeout("x"), "Heroku's answer was not there within 5 s"),
        (httpx.RemoteProtocolError(f"illegal {TOKEN}"), "it broke off, or is not HTTP"),
        (httpx.LocalProtocolError(f"Illegal header value {TOKEN}"), "broke (LocalProtocolError)"),
        (httpx.ReadError(TOKEN), "the connection to Heroku broke (ReadError)"),
        (httpx.ProxyError("407"), "the proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names cannot be used"),
        (ssl.SSLError(1, "record"), "TLS: no secure connection"),
        (OSError(24, "Too many open files"), "the connection to Heroku broke (OSError)"),
    ],
)
async def test_no_answer_at_all_is_named(error: Exception, text: str) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    async with World(transport=httpx.MockTransport(fail)) as world:
        assert text in str(await world.transient())
        assert len(world.naps) == 2


async def test_a_proxy_that_cannot_be_used_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for proxy in ("socks5://somebody:hunter2@127.0.0.1:1", "gopher://somebody:hunter2@127.0.0.1:1"):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        async with World() as world:
            text = str(await world.transient())
        assert "the proxy that HTTPS_PROXY" in text
        assert "hunter2" not in text


async def test_nothing_is_logged_and_nothing_shows_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with loopback(always_good) as server, World(server.url) as world:
        await world.formation()
        assert TOKEN not in repr(world.heroku) + str(world.heroku)
    assert [record for record in caplog.records if record.name.startswith("http")] == []
