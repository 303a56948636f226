"""Globs: which apps they cover, and a file's policies once the apps are known."""

from dataclasses import replace

import pytest

from autoscaler.core.globs import apps_of, covers, exemplified, is_glob, matched
from autoscaler.core.guard import Ourselves
from autoscaler.core.policies import Target, Unknown
from tests.policyfile.loading import loaded

FILE = """\
timezone: UTC
notify: [{slack: OPS_SLACK_URL}]
apps: {shop-pr-1?: {formation: {web: {quantity: 9}}}, shop-pr-*: {
    notify: [{webhook: PR_HOOK_URL}, {heartbeat: PR_HEARTBEAT_URL}],
    probes: {unfinished: {postgres: PR_DATABASE_URL, query: select 1}},
    jobs: {sweep: {when: '01:00', run: rake}},
    formation: {web: {quantity: 1}, clock: {quantity: 1}}},
  shop-pr-2: {formation: {worker: {quantity: 2}}},
  zoo: {notify: [{heartbeat: ZOO_HEARTBEAT_URL}], formation: {web: {quantity: 3}}}}
"""
NAMES = ["zoo", "shop-pr-2", "shop-pr-17", "shop", "shop-pr-", "shop-pr-3", "shop-pr-3", "other"]


@pytest.mark.parametrize(
    ("pattern", "app", "covered"),
    [
        ("shop-*", "shop-", True),
        ("shop-*", "shop", False),
        ("*-shop", "a-shop", True),
        ("*shop", "shop-a", False),
        ("s?op", "shop", True),
        ("s?op", "sop", False),
        ("?*", "a", True),
        ("shop", "shop", True),
        ("s.op", "shop", False),
        ("shop-*", "shop-pr-*", True),
        ("shop-pr-*", "shop-*", False),
        ("shop-?", "shop-*", False),
        ("shop-*", "shop-?", True),
        ("shop-?", "shop-?", True),
    ],
)
def test_a_glob_covers_names_and_globs(pattern: str, app: str, covered: bool) -> None:
    assert covers(pattern, app) is covered


def test_a_glob_of_many_stars_is_answered_in_no_time() -> None:
    assert not covers("*a" * 30 + "*b", "a" * 5000)


def test_what_a_glob_is() -> None:
    assert [name for name in ("shop", "shop-*", "s?op", "a-1") if is_glob(name)] == ["shop-*", "s?op"]


def test_the_first_glob_in_the_file_wins_and_a_plain_name_before_all() -> None:
    assert apps_of(loaded(FILE), NAMES) == {"shop-pr-1?": ("shop-pr-17",), "shop-pr-*": ("shop-pr-", "shop-pr-3")}


def test_every_glob_is_replaced_by_its_apps() -> None:
    written = loaded(FILE)
    found = matched(written, NAMES)
    assert {str(policy.target): policy.quantity for policy in found.policies} == {
        "shop-pr-/clock": 1,
        "shop-pr-/web": 1,
        "shop-pr-17/web": 9,
        "shop-pr-2/worker": 2,
        "shop-pr-3/clock": 1,
        "shop-pr-3/web": 1,
        "zoo/web": 3,
    }
    assert list(found.targets) == sorted(found.targets)
    assert found.globs == ()
    assert [(job.app, job.name) for job in found.jobs] == [("shop-pr-", "sweep"), ("shop-pr-3", "sweep")]
    assert set(found.probes) == {("shop-pr-", "unfinished"), ("shop-pr-3", "unfinished")}
    assert [(notice.url, notice.app) for notice in found.notices] == [
        ("OPS_SLACK_URL", None),
        ("PR_HOOK_URL", "shop-pr-"),
        ("PR_HOOK_URL", "shop-pr-3"),
        ("PR_HEARTBEAT_URL", "shop-pr-"),
        ("PR_HEARTBEAT_URL", "shop-pr-3"),
        ("ZOO_HEARTBEAT_URL", "zoo"),
    ]
    policy = found.of(Target("shop-pr-3", "web"))
    assert policy is not None
    assert (policy.line, policy.zone.name) == (7, "UTC")
    assert written.apps == ("shop-pr-*", "shop-pr-1?", "shop-pr-2", "zoo")  # what was read stays as it was


def test_held_jobs_are_held_in_every_app() -> None:
    found = matched(loaded(FILE).holding_jobs("no store"), NAMES)
    assert [(job.app, job.reason) for job in found.held_jobs] == [("shop-pr-", "no store"), ("shop-pr-3", "no store")]


def test_a_glob_that_matches_nothing_leaves_its_heartbeat_alone() -> None:
    found = matched(loaded(FILE), ["zoo"])
    assert found.apps == ("shop-pr-2", "zoo")
    assert found.jobs == ()
    assert [(notice.url, notice.app) for notice in found.notices] == [
        ("OPS_SLACK_URL", None),
        ("PR_HEARTBEAT_URL", "shop-pr-*"),
        ("ZOO_HEARTBEAT_URL", "zoo"),
    ]


def test_the_own_process_type_is_left_out_where_it_is_known() -> None:
    found = matched(loaded(FILE), NAMES, Ourselves("shop-pr-3", "clock"))
    assert [target.type for target in found.targets if target.app == "shop-pr-3"] == ["web"]
    assert [target.type for target in found.targets if target.app == "shop-pr-"] == ["clock", "web"]


def test_of_some_apps_only_their_receivers_are_left() -> None:
    found = loaded(FILE).only(["shop-pr-*"])
    assert [notice.url for notice in found.notices] == ["OPS_SLACK_URL", "PR_HOOK_URL", "PR_HEARTBEAT_URL"]
    assert found.globs == ("shop-pr-*",)


def test_each_glob_has_an_example_of_its_own() -> None:
    assert exemplified(loaded(FILE)).apps == ("shop-pr-1x", "shop-pr-2", "shop-pr-x", "zoo")
    apps = "apps: {'shop-?': {formation: {web: {quantity: 1}}}, 'shop-*': {formation: {web: {quantity: 1}}}}"
    assert exemplified(loaded(f"timezone: UTC\n{apps}")).apps == ("shop-x", "shop-xx")


def test_of_a_file_only_what_belongs_to_the_apps_that_are_asked_for() -> None:
    apps = "".join(
        f"  {app}: {{jobs: {{{app}-job: {{when: '01:00', run: rake}}}}, formation: {{web: {{quantity: 1}}}}}}\n"
        for app in ("shop", "zoo")
    )
    written = loaded(f"timezone: UTC\napps:\n{apps}")
    unknown = tuple(
        Unknown(Target(app, "worker"), policy.zone, 9, "no calendar")
        for app, policy in zip(("shop", "zoo"), written.policies, strict=True)
    )
    whole = replace(written, unknown=unknown)
    shop, held = whole.only(["shop"]), whole.holding_jobs("not now").only(["shop"])
    assert [policy.target.app for policy in shop.policies] == ["shop"]
    assert [process.target.app for process in shop.unknown] == ["shop"]
    assert [job.name for job in shop.jobs] == ["shop-job"]
    assert ([job.name for job in held.jobs], [job.name for job in held.held_jobs]) == ([], ["shop-job"])


def test_what_nobody_can_say_of_a_glob_nobody_can_say_of_its_apps_and_never_of_ourselves() -> None:
    written = loaded(FILE)
    zone = written.policies[0].zone
    unknown = tuple(Unknown(Target("shop-pr-*", kind), zone, 9, "no calendar") for kind in ("worker", "clock"))
    found = matched(replace(written, unknown=unknown), NAMES, Ourselves("shop-pr-3", "clock")).unknown
    told = [("shop-pr-", "clock"), ("shop-pr-", "worker"), ("shop-pr-3", "worker")]
    assert [(process.target.app, process.target.type) for process in found] == told
