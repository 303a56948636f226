"""Globs: names of the file that stand for apps, `shop-pr-*`, and what becomes of them once the apps are known.

`*` stands for any signs or none, `?` for one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TypeVar

from autoscaler.core.guard import Ourselves
from autoscaler.core.jobs import HeldJob, Job
from autoscaler.core.notices import Notice
from autoscaler.core.policies import Policies, Policy, Target, Unknown

_P = TypeVar("_P", Policy, Unknown)
_J = TypeVar("_J", Job, HeldJob)

_SHORTEST, _LONGEST = 3, 30
"""Signs of an app's name."""


def is_glob(name: str) -> bool:
    return "*" in name or "?" in name


def covers(pattern: str, app: str) -> bool:
    """Whether a glob matches an app's name or, if `app` is a glob, surely all that this one matches."""
    return fnmatchcase(app, pattern.replace("?", "[!*]"))


def apps_of(policies: Policies, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The apps of each glob, of these names, sorted: those that neither a plain name nor an earlier glob takes."""
    free = sorted({name for name in names if not is_glob(name)} - set(policies.apps))
    found: dict[str, tuple[str, ...]] = {}
    for glob in policies.globs:
        found[glob] = tuple(name for name in free if covers(glob, name))
        free = [name for name in free if name not in found[glob]]
    return found


def matched(policies: Policies, names: Iterable[str], ourselves: Ourselves | None = None) -> Policies:
    """The same with every glob replaced by the apps that it matches; what matches nothing is gone.

    Where `ourselves` is given, our own process type is left out: a glob does not name it. The heartbeat of a glob
    without apps stays, under the glob's name: that there is nothing to do is no reason for an alarm.
    """
    if not policies.globs:
        return policies
    apps = apps_of(policies, names)
    chosen = (policy for policy in _for_each(policies.policies, apps) if not _ours(policy.target, ourselves))
    unknown = (process for process in _for_each(policies.unknown, apps) if not _ours(process.target, ourselves))
    return replace(
        policies,
        policies=tuple(sorted(chosen, key=lambda policy: policy.target)),
        unknown=tuple(sorted(unknown, key=lambda process: process.target)),
        probes={(name, probe): one for (app, probe), one in policies.probes.items() for name in apps.get(app, (app,))},
        jobs=_jobs(policies.jobs, apps),
        held_jobs=_jobs(policies.held_jobs, apps),
        notices=tuple(notice for written in policies.notices for notice in _notices(written, apps)),
        globs=(),
    )


def exemplified(policies: Policies) -> Policies:
    """The same with one app for each glob, of a name that it matches: `shop-pr-x` for `shop-pr-*`."""
    names = (_example(policies, number) for number in range(len(policies.globs)))
    return matched(policies, [name for name in names if name is not None])


def _for_each(found: Sequence[_P], apps: Mapping[str, Sequence[str]]) -> Iterator[_P]:
    for one in found:
        if one.target.app not in apps:
            yield one
        for app in apps.get(one.target.app, ()):
            yield replace(one, target=Target(app, one.target.type))


def _ours(target: Target, ourselves: Ourselves | None) -> bool:
    return ourselves is not None and ourselves.includes(target)


def _jobs(found: Sequence[_J], apps: Mapping[str, Sequence[str]]) -> tuple[_J, ...]:
    everyone = [replace(job, app=app) for job in found for app in apps.get(job.app, (job.app,))]
    return tuple(sorted(everyone, key=lambda job: (job.app, job.name)))


def _notices(notice: Notice, apps: Mapping[str, Sequence[str]]) -> list[Notice]:
    if notice.app is None or notice.app not in apps or (notice.way == "heartbeat" and not apps[notice.app]):
        return [notice]
    return [replace(notice, app=app) for app in apps[notice.app]]


def _example(policies: Policies, number: int) -> str | None:
    """The shortest of some names that only this glob takes; None where others take them all."""
    *earlier, glob = policies.globs[: number + 1]
    for length in (1, *range(2, _LONGEST), 0):
        name = glob.replace("*", "x" * length).replace("?", "x")
        taken = name in policies.apps or any(covers(other, name) for other in earlier)
        if _SHORTEST <= len(name) <= _LONGEST and not taken:
            return name
    return None
