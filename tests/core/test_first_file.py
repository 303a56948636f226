"""`init`: whatever is live, the file written of it is without fault and wants exactly that."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoscaler.core.drafts import Draft, DraftApp, DraftType, DraftWindow
from autoscaler.core.first_file import example, first_file
from autoscaler.core.guard import Ourselves
from autoscaler.core.platform import Formation, Live
from autoscaler.core.policies import Policies, Policy
from autoscaler.core.sizes import SIZES
from autoscaler.policyfile import examine_text
from autoscaler.views.policies_yaml import policies_yaml

NOW = datetime(2026, 11, 24, tzinfo=UTC)
OURS = Ourselves("my-autoscaler", "clock")


def read(text: str, ourselves: Ourselves = OURS) -> Policies:
    found = examine_text(text.encode(), "policies.yaml", ourselves, NOW)
    assert found.policies is not None, found.faults
    return found.policies


def written(*formations: Formation, ourselves: Ourselves = OURS) -> str:
    draft = first_file("Asia/Tokyo", formations, ourselves, "2026-11-24 00:00 UTC")
    assert isinstance(draft, Draft)
    return policies_yaml(draft)


def values(policy: Policy) -> tuple[object, str | None]:
    return policy.quantity, policy.size


def uncommented(text: str) -> str:
    """The same file with its examples in force."""
    return re.sub(r"^( {8})# (windows:|  - |    \S)", r"\1\2", text, flags=re.MULTILINE)


TYPES = st.from_regex(r"[-A-Za-z0-9_]{1,12}", fullmatch=True) | st.sampled_from(
    ["web", "worker", "no", "null", "on", "123", "0x1f", "1e3", "-", "---", "~".replace("~", "_"), "true", "Y", "-x"]
)
LIVES = st.builds(Live, st.integers(0, 9999), st.sampled_from(sorted(SIZES)))
FORMATIONS = st.dictionaries(TYPES, LIVES, min_size=1, max_size=6)
APPS = st.from_regex(r"[a-z][a-z0-9-]{1,28}[a-z0-9]", fullmatch=True) | st.sampled_from(["null", "yes", "off", "true"])


@given(st.dictionaries(APPS, FORMATIONS, min_size=1, max_size=3))
def test_the_file_wants_what_is_live(apps: dict[str, dict[str, Live]]) -> None:
    formations = [Formation(app, types) for app, types in apps.items()]
    draft = first_file("UTC", formations, OURS, "now")
    scalable = {
        (app, name): (live.quantity, live.size)
        for app, types in apps.items()
        for name, live in types.items()
        if not (name in {"release", "rake", "console"} and live.quantity == 0)
        and (app, name) != ("my-autoscaler", "clock")
    }
    if draft is None:
        assert scalable == {}
        return
    text = policies_yaml(draft)
    policies = read(text)
    assert {(policy.target.app, policy.target.type): values(policy) for policy in policies.policies} == scalable
    read(uncommented(text))


def test_a_file_teaches_and_its_example_works_once_its_hashes_are_gone() -> None:
    text = written(Formation("shop", {"web": Live(5, "standard-1x"), "worker": Live(0, "basic")}))
    assert text.startswith(
        "# yaml-language-server: $schema=./policies.schema.json\n# When how many dynos run. At 2026-"
    )
    assert "Friday's night ends on Saturday morning" in text
    [web, worker] = read(uncommented(text)).policies
    assert [(window.name, window.quantity) for window in web.windows] == [("night", 2)]
    assert worker.windows == ()


def test_web_at_zero_has_leave_to_be() -> None:
    text = written(Formation("shop", {"web": Live(0, "eco")}))
    assert "allow_zero: true" in text
    assert read(text).policies[0].allow_zero


def test_our_own_clock_is_left_out_and_that_is_said() -> None:
    mine = Formation("my-autoscaler", {"clock": Live(1, "basic"), "web": Live(1, "basic")})
    text = written(mine)
    assert "# clock is left out: it is this program itself." in text
    assert [policy.target.type for policy in read(text).policies] == ["web"]
    other = written(Formation("shop", {"clock": Live(1, "basic")}))
    assert [policy.target.type for policy in read(other).policies] == ["clock"]


def test_where_our_app_is_unknown_every_clock_is_left_out() -> None:
    nobody = Ourselves()
    text = written(Formation("shop", {"clock": Live(1, "basic"), "web": Live(1, "basic")}), ourselves=nobody)
    assert "# clock is left out: it may be this program itself (say AUTOSCALER_APP" in text
    read(text, nobody)
    assert first_file("UTC", [Formation("shop", {"clock": Live(1, "basic")})], nobody, "now") is None


def test_an_unknown_size_is_left_as_it_is_and_one_off_types_are_left_out() -> None:
    text = written(Formation("shop", {"web": Live(2, "galactic-9x"), "release": Live(0, "basic")}))
    assert "# Its size is galactic-9x, which is not known here: it is left as it is." in text
    assert "# release is left out: it runs in one-off dynos." in text
    assert [values(policy) for policy in read(text).policies] == [(2, None)]


def test_what_is_written_of_each_app_and_what_is_left_out_is_told_by_type() -> None:
    lives = {"worker": 0, "rake": 0, "console": 0, "release": 1, "huge": 10_000, "large": 9_999}
    shop = Formation("shop", {"web": Live(5, "standard-1x"), **{name: Live(n, "basic") for name, n in lives.items()}})
    nothing = Formation("blog", {"release": Live(0, "basic")})
    draft = first_file("Asia/Tokyo", (shop, nothing), OURS, "noon")
    assert draft is not None
    types = (
        DraftType("large", 9_999, "basic", examples=(DraftWindow(4_999, ("daily 22:00-06:00",), name="night"),)),
        DraftType("release", 1, "basic"),
        DraftType("web", 5, "standard-1x"),
        DraftType("worker", 0, "basic"),
    )
    notes = (
        "console is left out: it runs in one-off dynos.",
        "huge is left out: it has 10000 dynos, more than a policy may name.",
        "rake is left out: it runs in one-off dynos.",
    )
    assert (draft.timezone, draft.apps) == ("Asia/Tokyo", (DraftApp("shop", types, notes),))
    assert draft.notes[0] == "When how many dynos run. At noon these quantities and sizes were live."
    assert draft.notes[-1] == "blog is left out: it has nothing to scale."


@pytest.mark.parametrize(("live", "night"), [(0, 1), (1, 1), (3, 1), (4, 2)])
def test_the_night_of_the_example_has_half_of_the_dynos_and_one_at_least(live: int, night: int) -> None:
    draft = first_file("UTC", [Formation("shop", {"web": Live(live, "eco")})], OURS, "now")
    assert draft is not None
    assert [window.quantity for window in draft.apps[0].types[0].examples] == [night]


def test_a_clock_that_may_be_this_program_says_what_to_do() -> None:
    draft = first_file("UTC", [Formation("shop", {"clock": Live(1, "eco"), "web": Live(1, "eco")})], Ourselves(), "now")
    assert draft is not None
    hint = "(say AUTOSCALER_APP, the name of its app, if that is another one)"
    assert draft.apps[0].notes == (f"clock is left out: it may be this program itself {hint}.",)


def test_an_example_has_a_night_and_a_batch_and_says_that_it_is_one() -> None:
    night = DraftWindow(1, ("daily 22:00-06:00",), name="night")
    batch = DraftWindow(1, ("weekdays 22:00-06:00",), name="nightly batch")
    web = DraftType("web", 2, windows=(night,), notes=("By day 2 dynos, at night 1.",))
    worker = DraftType("worker", 0, windows=(batch,), notes=("No worker outside the batch.",))
    bare, named = example("UTC"), example("UTC", ("shop", "blog"))
    assert bare.apps == (DraftApp("example-shop", (web, worker)),)
    assert named.apps == (DraftApp("shop", (web, worker)), DraftApp("blog", (web, worker)))
    about = "When how many dynos run. This is an example: put in your own app, process types and quantities."
    token = "With a token (HEROKU_API_KEY), `autoscaler init --force YOUR-APP` writes what that app has now."
    assert (bare.notes[:2], named.notes[0]) == ((about, token), about)
    assert named.notes[1:] == bare.notes[2:] != ()


@pytest.mark.parametrize("apps", [(), ("shop", "other-app")])
def test_an_example_is_without_fault(apps: tuple[str, ...]) -> None:
    policies = read(policies_yaml(example("Europe/Berlin", apps)))
    assert policies.apps == tuple(sorted(apps or ("example-shop",)))
