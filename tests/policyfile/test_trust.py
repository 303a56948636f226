# ruff: noqa: E501  the tables are read by their columns
"""`on_manual_change`, `settle`, `at_once`, `notify` and globs: what they mean, and what is refused."""

import pytest

from autoscaler.core.guard import Ourselves
from autoscaler.core.notices import TOPICS, Notice
from autoscaler.core.policies import SETTLE, Policy
from tests.policyfile.loading import errors, examined, loaded, shop

USUAL = frozenset(TOPICS) - {"scaled"}

LEVELS = """\
timezone: UTC
{top}
apps:
  shop:
    {app}
    formation:
      web: {{quantity: 1{process}}}
      worker: {{quantity: 1}}
"""


def levels(top: str = "", app: str = "", process: str = "") -> tuple[Policy, Policy]:
    """The web and the worker of a file with these keys at its levels."""
    web, worker = loaded(LEVELS.format(top=top, app=app, process=process and f", {process}")).policies
    return web, worker


@pytest.mark.parametrize(
    ("top", "app", "process", "web", "worker"),
    [
        ("", "", "", SETTLE, SETTLE),
        ("settle: 10m", "", "", 600, 600),
        ("settle: 10m", "settle: 1h", "", 3600, 3600),
        ("settle: 10m", "settle: 1h", "settle: 0m", 0, 3600),
        ("", "settle: 0M", "", 0, 0),
        ("", "", "settle: 1h30m", 5400, SETTLE),
    ],
)
def test_the_nearest_settle_counts(top: str, app: str, process: str, web: int, worker: int) -> None:
    assert [policy.settle for policy in levels(top, app, process)] == [web, worker]


@pytest.mark.parametrize(
    ("top", "app", "process", "web", "worker"),
    [
        ("", "", "", "keep", "keep"),
        ("on_manual_change: report", "", "", "report", "report"),
        ("on_manual_change: report", "on_manual_change: enforce", "", "enforce", "enforce"),
        ("on_manual_change: report", "on_manual_change: enforce", "on_manual_change: keep", "keep", "enforce"),
        ("", "", "on_manual_change: report", "report", "keep"),
    ],
)
def test_the_nearest_on_manual_change_counts(top: str, app: str, process: str, web: str, worker: str) -> None:
    assert [policy.on_manual_change for policy in levels(top, app, process)] == [web, worker]


def test_at_once_is_one_number_for_the_whole_file() -> None:
    assert loaded(shop("quantity: 1")).at_once is None
    assert loaded(f"at_once: 3\n{shop('quantity: 1')}").at_once == 3


def test_receivers_are_told_of_the_file_or_of_an_app() -> None:
    found = loaded("""\
timezone: UTC
notify:
  - slack: OPS_SLACK_URL
    on: [failed, ' held ']
  - {on: scaled, secret: OPS_HOOK_SECRET, webhook: OPS_HOOK_URL}
  - heartbeat: HEALTHCHECKS_URL
apps:
  shop-*:
    notify: [{slack: OPS_SLACK_URL}]
    formation: {web: {quantity: 1}}
""")
    assert found.notices == (
        Notice("slack", "OPS_SLACK_URL", 3, frozenset({"failed", "held"})),
        Notice("webhook", "OPS_HOOK_URL", 5, frozenset({"scaled"}), "OPS_HOOK_SECRET"),
        Notice("heartbeat", "HEALTHCHECKS_URL", 6),
        Notice("slack", "OPS_SLACK_URL", 9, USUAL, None, "shop-*"),
    )


T, U = (
    "expected the name of an environment variable, read ",
    "put it into a variable of the autoscaler's app, and write the variable's name: A-Z, 0-9 and _",
)
BELONGS = "belongs to the top of the file"


@pytest.mark.parametrize(
    ("keys", "line", "column", "path", "message", "hint"),
    [
        ("settle: 5", 1, 9, "settle", 'expected a length such as 90m, 8h, 2d or 1h30m, from 1m to 31d, read "5"', "did you mean 5m?"),
        ("on_manual_change: enforced", 1, 19, "on_manual_change", 'expected keep, enforce or report, read "enforced"', "did you mean enforce?"),
        ("at_once: 0", 1, 10, "at_once", "0 process types lowered at once are none, ever", "say 1 or more"),
        ("at_once: all", 1, 10, "at_once", 'expected a whole number such as 2, read "all"', None),
        ("notify: OPS_SLACK_URL", 1, 9, "notify", "expected a list of receivers, read a text", "begin each with a dash, such as {slack: OPS_SLACK_URL}"),
        ("notify: []", 1, 9, "notify", "the list of receivers is empty", "remove the key"),
        ("notify: [x]", 1, 10, "notify[0]", "expected one of slack, webhook, heartbeat with the name of a variable, read a text", "such as {slack: OPS_SLACK_URL}"),
        ("notify: [{slak: OPS}]", 1, 11, "notify[0].slak", 'there is no key "slak" here', "did you mean slack?"),
        ("notify: [{on: failed}]", 1, 11, "notify[0]", "the receiver has no address", "give one of slack, webhook, heartbeat, such as {slack: OPS_SLACK_URL}"),
        ("notify: [{slack: A, webhook: B}]", 1, 11, "notify[0]", "the receiver is slack and webhook", "make an item of each"),
        ("notify: [{slack: A, secret: B}]", 1, 21, "notify[0].secret", 'there is no key "secret" here', "`secret` belongs to a webhook receiver; the keys here are slack, on"),
        ("notify: [{heartbeat: A, on: failed}]", 1, 25, "notify[0].on", 'there is no key "on" here', "`on` belongs to a slack receiver; the keys here are heartbeat"),
        ("notify: [{slack: A, on: faild}]", 1, 25, "notify[0].on", 'there is no topic "faild"', "did you mean failed?"),
        ("notify: [{slack: A, on: [failed, '?']}]", 1, 34, "notify[0].on", 'there is no topic "?"', "the topics are scaled, held, failed, overrun, unconverged, manual, budget"),
        ("notify: [{slack: A, on: []}]", 1, 25, "notify[0].on", "the list is empty", "remove the key"),
        ("notify: [{slack: A}, {slack: A}]", 1, 23, "notify[1]", "A is named on line 1, too: it would be told everything twice", "put the topics of both into one `on`"),
        ("notify: [{slack: $OPS_URL}]", 1, 18, "notify[0].slack", T + "a reference to one", "did you mean OPS_URL?"),
        ("notify: [{slack: AUTOSCALER_URL}]", 1, 18, "notify[0].slack", "AUTOSCALER_URL is a setting of this program", "give the receiver a variable of its own, such as OPS_SLACK_URL"),
        ("notify: [{webhook: A, secret: HEROKU_API_KEY}]", 1, 31, "notify[0].secret", "HEROKU_API_KEY is this program's own token, which goes to Heroku alone", "give the secret a variable of its own, such as OPS_HOOK_SECRET"),
        ("notify: [{webhook: https://a.example/s3cret}]", 1, 20, "notify[0].webhook", T + "a URL, which is a secret", U),
        ("notify: [{webhook: A, secret: s3cret}]", 1, 31, "notify[0].secret", T + "something else, which may be a secret", U),
    ],
)  # fmt: skip
def test_a_mistake_at_the_top_is_told_where_it_is(
    keys: str, line: int, column: int, path: str, message: str, hint: str | None
) -> None:
    [fault] = errors(f"{keys}\n{shop('quantity: 1')}")
    assert (fault.line, fault.column, fault.path, fault.message, fault.hint) == (line, column, path, message, hint)
    assert "s3cret" not in f"{fault} {fault.hint} {fault.source}"


@pytest.mark.parametrize("key", ["at_once: 3", "notify: [{slack: A}]"])
def test_a_key_in_the_wrong_place_is_told_where_it_belongs(key: str) -> None:
    [fault] = errors(shop(f"quantity: 1\n{key}"))
    name = key.split(":")[0]
    assert (fault.line, fault.message) == (7, f'there is no key "{name}" here')
    assert fault.hint is not None
    assert fault.hint.startswith(f"`{name}` {BELONGS}")


def test_settle_is_for_web_alone() -> None:
    [fault] = errors(shop("quantity: 1\nsettle: 10m"))
    assert (fault.line, fault.column, fault.message) == (
        7,
        9,
        "`settle` is for web; after a release worker is scaled at once",
    )


@pytest.mark.parametrize(
    "written",
    [
        "notify: https://hooks.slack.com/services/T0/B0/s3cret",
        "notify: [https://hooks.slack.com/services/T0/B0/s3cret]",
        "notify: [{slack: https://hooks.slack.com/services/T0/B0/s3cret}]",
        "notify: [{slak: https://hooks.slack.com/services/T0/B0/s3cret}]",
        "notify: [{url: s3cret}]",
        "notify: [{slack: A, webhook: s3cret}]",
        "notify: [{webhook: A, secret: s3cret-s3cret}]",
        "notify: {slack: s3cret}",
        "notify: [{slack: [s3cret]}]",
    ],
)
def test_a_secret_that_stands_in_the_file_is_in_no_fault(written: str) -> None:
    found = errors(f"{written}\n{shop('quantity: 1')}")
    assert found != []
    for fault in found:
        assert "s3cret" not in f"{fault} {fault.hint} {fault.source}"


def globbed(*names: str) -> str:
    """A file with these names of apps, from line 3 on."""
    rows = "".join(f"  '{name}': {{formation: {{web: {{quantity: 1}}}}}}\n" for name in names)
    return f"timezone: UTC\napps:\n{rows}"


@pytest.mark.parametrize("glob", ["shop-pr-*", "*-staging", "?-shop", "a*b*", "a?c", "a**", "x" * 28 + "?*"])
def test_a_glob_stands_as_it_is_written(glob: str) -> None:
    found = loaded(globbed("shop", glob))
    assert set(found.apps) == {"shop", glob}
    assert found.globs == (glob,)


@pytest.mark.parametrize(
    ("glob", "message"),
    [
        ("shop-[ab]", 'expected a glob of an app\'s name with * and ?, read "shop-[ab]"'),
        ("Shop-*", 'the glob "Shop-*" matches no name that an app can have'),
        ("-shop-*", 'the glob "-shop-*" matches no name that an app can have'),
        ("shop*-", 'the glob "shop*-" matches no name that an app can have'),
        ("a?", 'the glob "a?" matches no name that an app can have'),
        ("1*", 'the glob "1*" matches no name that an app can have'),
        ("*" + "x" * 31, f'the glob "*{"x" * 31}" matches no name that an app can have'),
    ],
)
def test_a_glob_that_is_none_is_refused(glob: str, message: str) -> None:
    [fault] = errors(globbed(glob))
    assert (fault.line, fault.column, fault.message) == (3, 3, message)
    assert fault.hint == "* stands for any signs, ? for one; the others are a-z, 0-9 and -"


@pytest.mark.parametrize(
    ("names", "line", "part"),
    [
        (["shop-*", "shop-pr-*"], 4, "all that it matches go to shop-* above it"),
        (["shop-pr-?", "shop-pr-*"], None, ""),
        (["shop-*", "shop-?"], 4, "all that it matches go to shop-* above it"),
        (["shop-?", "shop-**"], None, ""),
        (["shop-*", "shop-pr-1"], None, ""),
        (["*"], 3, "it takes every app that the token may see"),
    ],
)
def test_a_glob_that_takes_all_from_another_is_a_warning(names: list[str], line: int | None, part: str) -> None:
    found = examined(globbed(*names))
    assert found.policies is not None
    assert [(fault.line, part in fault.message) for fault in found.faults] == ([] if line is None else [(line, True)])


def test_a_glob_that_may_match_the_own_app_does_not_name_it() -> None:
    text = globbed("my-*").replace("web", "clock")
    assert examined(text, Ourselves("my-autoscaler", "clock")).policies is not None
    assert examined(text, Ourselves(None, None)).policies is None
