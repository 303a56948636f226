"""`check --live` as a process against the sandbox: what Heroku would not do as the file says, at the right key."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.running import Ran, run
from tests.sandbox.asking import HEADERS
from tests.sandbox.serving import serving

GOOD = """\
timezone: UTC
apps:
  example-shop:
    formation:
      web: {quantity: 2, size: standard-1x}
      worker: {quantity: 1, size: standard-2x}
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("sandbox")) as address:
        for app in (
            {"name": "big-shop", "types": {"web": "performance-m", "clock": "standard-1x"}},
            {"name": "small-shop", "types": {"web": "basic", "clock": "basic"}},
            {"name": "vault", "types": {"web": "private-s"}},
            {"name": "empty", "types": {}},
            {"name": "shop-pr-1", "team": "red"},
            {"name": "shop-pr-2", "types": {"api": "standard-1x"}, "team": "red", "joined": False},
        ):
            assert httpx.post(f"{address}/_sandbox/apps", json=app).status_code == 200
        yield address


def check(folder: Path, text: str, url: str, form: str = "json", **more: str) -> Ran:
    (folder / "policies.yaml").write_text(text)
    environ = {"HEROKU_API_URL": url, "HEROKU_API_KEY": "scope-write-token", "AUTOSCALER_APP": "me", **more}
    return run("check", "--live", "--format", form, cwd=folder, **environ)


def told(ran: Ran) -> list[dict[str, Any]]:
    assert ran.err == "", ran.err
    faults: list[dict[str, Any]] = json.loads(ran.out)["faults"]
    return faults


def only(ran: Ran) -> dict[str, Any]:
    [fault] = told(ran)
    return fault


def formation(app: str, *types: str) -> str:
    return f"timezone: UTC\napps:\n  {app}:\n    formation:\n" + "".join(f"      {kind}\n" for kind in types)


def test_a_file_that_heroku_would_follow_is_fine(tmp_path: Path, url: str) -> None:
    ran = check(tmp_path, GOOD, url)
    assert ran.status == 0
    found = json.loads(ran.out)
    assert (found["ok"], found["faults"]) == (True, [])
    assert found["live"] == {"policies.yaml": {"scope": "write", "apps": ["example-shop"], "globs": {}}}
    text = check(tmp_path, GOOD, url, "text").out
    assert "Heroku: 1 of 1 app told its formation; the token's scope is write\n" in text
    asked = httpx.get(f"{url}/_sandbox/requests").json()
    assert {row["method"] for row in asked} == {"GET"}


def test_an_app_that_is_not_there_is_told_with_the_nearest(tmp_path: Path, url: str) -> None:
    ran = check(tmp_path, GOOD.replace("example-shop", "exmaple-shop"), url)
    fault = only(ran)
    assert (ran.status, fault["severity"], fault["line"], fault["column"]) == (1, "error", 3, 3)
    assert fault["path"] == "apps.exmaple-shop"
    assert "Heroku knows no such app" in fault["message"]
    assert fault["hint"] == "did you mean example-shop?"


def test_a_process_type_that_is_not_there_is_told_with_the_nearest(tmp_path: Path, url: str) -> None:
    fault = only(check(tmp_path, GOOD.replace("worker", "wroker"), url))
    assert (fault["line"], fault["column"], fault["path"]) == (6, 7, "apps.example-shop.formation.wroker")
    assert fault["message"] == "example-shop has no process type wroker"
    assert fault["hint"] == "did you mean worker?"
    fault = only(check(tmp_path, GOOD.replace("worker", "mailer"), url))
    assert fault["hint"] == "it has: web, worker"


def test_an_app_that_was_never_deployed_has_no_process_types(tmp_path: Path, url: str) -> None:
    fault = only(check(tmp_path, formation("empty", "web: {quantity: 1}"), url))
    assert fault["message"] == "empty has no process types: it was never deployed"


def test_a_size_that_the_app_may_not_have_is_an_error_at_its_key(tmp_path: Path, url: str) -> None:
    web = "web: {quantity: 1, size: private-s, windows: [{when: daily 08:00-20:00, size: standard-1x}]}"
    faults = told(check(tmp_path, formation("vault", web), url))
    [fault] = [one for one in faults if one["severity"] == "error"]
    assert fault["path"] == "apps.vault.formation.web.windows[0].size"
    assert fault["message"] == "standard-1x dynos are not available to vault"
    assert "private-s" in fault["hint"]


def test_shield_sizes_are_those_of_private_spaces(tmp_path: Path, url: str) -> None:
    assert told(check(tmp_path, formation("vault", "web: {quantity: 1, size: shield-m}"), url)) == []


def test_tiers_are_held_against_what_the_file_does_not_name(tmp_path: Path, url: str) -> None:
    fault = only(check(tmp_path, formation("small-shop", "web: {quantity: 1, size: standard-1x}"), url))
    assert (fault["severity"], fault["path"]) == ("error", "apps.small-shop.formation.web.size")
    assert fault["message"] == "Heroku does not mix standard-1x with basic, which clock of small-shop has"
    named = formation("small-shop", "web: {quantity: 1, size: standard-1x}", "clock: {quantity: 1, size: standard-1x}")
    assert told(check(tmp_path, named, url)) == []


def test_limits_are_those_of_the_size_that_the_file_leaves_alone(tmp_path: Path, url: str) -> None:
    fault = only(check(tmp_path, formation("small-shop", "web: {quantity: 2}"), url))
    assert (fault["severity"], fault["path"]) == ("warning", "apps.small-shop.formation.web.quantity")
    assert fault["message"] == "Heroku runs at most 1 basic dyno of a process type"


def test_the_peak_counts_what_the_file_does_not_name(tmp_path: Path, url: str) -> None:
    ran = check(tmp_path, formation("example-shop", "worker: {quantity: 100, size: standard-1x}"), url)
    fault = only(ran)
    assert (ran.status, fault["severity"]) == (0, "warning")
    assert "with the 1 dynos of example-shop that it does not name there may be 101" in fault["message"]


def test_herokus_own_autoscaling_of_a_web_that_is_named_is_an_error(tmp_path: Path, url: str) -> None:
    both = formation("big-shop", "web: {quantity: 2, size: performance-m}", "clock: {quantity: 1}")
    assert told(check(tmp_path, both, url)) == []
    ids = {row["name"]: row["id"] for row in httpx.get(f"{url}/_sandbox/apps").json()}
    path = f"{url}/apps/{ids['big-shop']}/formation/web/monitors"
    body = {"name": "LATENCY_SCALE", "action_type": "scale", "min_quantity": 1, "max_quantity": 5}
    made = httpx.post(path, json=body, headers=HEADERS)
    fault = only(check(tmp_path, both, url))
    assert (fault["severity"], fault["path"]) == ("error", "apps.big-shop.formation.web")
    assert "Heroku's own autoscaling is on for web of big-shop" in fault["message"]
    assert told(check(tmp_path, formation("big-shop", "clock: {quantity: 1}"), url)) == []
    httpx.patch(f"{path}/{made.json()['id']}", json={"is_active": False}, headers=HEADERS)


def test_a_host_of_autoscaling_that_does_not_answer_is_a_warning(tmp_path: Path, url: str) -> None:
    text = formation("big-shop", "web: {quantity: 2, size: performance-m}")
    ran = check(tmp_path, text, url, AUTOSCALER_METRICS_URL="http://127.0.0.1:1")
    assert (ran.status, only(ran)["severity"]) == (0, "warning")
    assert "whether Heroku's own autoscaling is on is not known" in only(ran)["message"]


@pytest.mark.parametrize(
    ("token", "severity", "said"),
    [
        ("scope-read-token", "error", "the token may not change anything: its scope is read"),
        ("any-other-token", "warning", "the token may do anything with the account: its scope is global"),
    ],
)
def test_a_token_of_another_scope_is_told(tmp_path: Path, url: str, token: str, severity: str, said: str) -> None:
    ran = check(tmp_path, GOOD, url, HEROKU_API_KEY=token)
    fault = only(ran)
    assert (fault["severity"], fault["message"], fault["line"]) == (severity, said, 1)
    assert "heroku authorizations:create -d autoscaler -s write" in fault["hint"]
    assert ran.status == (1 if severity == "error" else 0)


def test_addons_that_scale_are_told(tmp_path: Path, url: str) -> None:
    addons = f"{url}/_sandbox/apps/example-shop/addons"
    httpx.put(addons, json={"services": ["heroku-postgresql", "judoscale"]})
    try:
        fault = only(check(tmp_path, GOOD, url))
    finally:
        httpx.put(addons, json={"services": []})
    assert (fault["severity"], fault["line"]) == ("warning", 3)
    assert fault["message"] == "example-shop has the add-on judoscale, which may scale its dynos too"


def test_addons_that_may_not_be_listed_are_told_in_words(tmp_path: Path, url: str) -> None:
    fault = {"method": "GET", "path": "/apps/example-shop/addons", "times": 1, "status": 403}
    httpx.post(f"{url}/_sandbox/faults", json=fault)
    ran = check(tmp_path, GOOD, url)
    assert (ran.status, only(ran)["severity"]) == (0, "warning")
    assert (
        "nobody knows whether an add-on of 1 app scales dynos: example-shop: Heroku refused to list"
        in only(ran)["message"]
    )


def test_globs_tell_which_apps_they_match_and_each_is_checked(tmp_path: Path, url: str) -> None:
    text = GOOD + '  "shop-pr-*":\n    formation:\n      web: {quantity: 1}\n'
    ran = check(tmp_path, text, url)
    fault = only(ran)
    assert (fault["line"], fault["message"]) == (9, "shop-pr-2 has no process type web")
    assert json.loads(ran.out)["live"]["policies.yaml"]["globs"] == {"shop-pr-*": ["shop-pr-1", "shop-pr-2"]}
    assert "shop-pr-*: shop-pr-1, shop-pr-2\n" in check(tmp_path, text, url, "text").out
    none = only(check(tmp_path, text.replace("shop-pr-*", "blog-pr-*"), url))
    assert (none["severity"], none["message"], none["line"]) == ("warning", "no app matches blog-pr-* now", 7)


def test_faults_are_drawn_for_people_and_for_github(tmp_path: Path, url: str) -> None:
    text = GOOD.replace("worker", "wroker")
    drawn = check(tmp_path, text, url, "text")
    assert "policies.yaml:6:7: apps.example-shop.formation.wroker: example-shop has no process type" in drawn.out
    assert "      ^" in drawn.out
    lines = check(tmp_path, text, url, "github").out.splitlines()
    assert [line.partition(",title")[0] for line in lines] == ["::error file=policies.yaml,line=6,col=7"]


def test_one_app_that_does_not_answer_leaves_the_others_checked(tmp_path: Path, url: str) -> None:
    fault = {"method": "GET", "path": "/apps/vault/formation", "times": 3, "status": 503}
    httpx.post(f"{url}/_sandbox/faults", json=fault)
    text = GOOD.replace("worker", "wroker") + "  vault:\n    formation:\n      web: {quantity: 1}\n"
    ran = check(tmp_path, text, url)
    assert [one["path"] for one in told(ran)] == ["apps.example-shop.formation.wroker", "apps.vault"]
    assert "Heroku could not tell the formation (503)" in told(ran)[1]["message"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"HEROKU_API_KEY": ""}, "HEROKU_API_KEY is not set"),
        ({"HEROKU_API_KEY": "revoked"}, "Heroku does not accept the token"),
        ({"HEROKU_API_URL": "http://127.0.0.1:1"}, "the connection to Heroku was refused"),
        ({"AUTOSCALER_METRICS_URL": "http://metrics.example"}, "AUTOSCALER_METRICS_URL: http:// would show the token"),
        ({"AUTOSCALER_METRICS_URL": "metrics"}, "AUTOSCALER_METRICS_URL: expected a URL"),
    ],
)
def test_a_heroku_that_cannot_be_asked_is_one_error(tmp_path: Path, url: str, more: dict[str, str], said: str) -> None:
    ran = check(tmp_path, GOOD, url, **more)
    assert (ran.status, ran.out) == (1, "")
    assert said in ran.err
    assert ran.err.count("Error") == 1


def test_a_file_with_errors_asks_nobody(tmp_path: Path, url: str) -> None:
    ran = check(tmp_path, GOOD.replace("quantity: 2", "quantity: two"), url, HEROKU_API_URL="http://127.0.0.1:1")
    assert ran.status == 1
    assert len(told(ran)) == 1
