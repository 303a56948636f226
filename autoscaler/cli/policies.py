"""A policy file for a command, or its faults as the command's error."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from autoscaler.cli import Failure
from autoscaler.cli.feeds import fetched
from autoscaler.core.policies import Policies
from autoscaler.environment import forgetful, ourselves, policies_file
from autoscaler.policyfile import Examination, Fault, PolicyFileError, examine, load_policies


def policies_for(file: str | None, environ: Mapping[str, str]) -> Policies:
    """The policies of `file`, or of the environment's file; jobs that cannot be started here are held.

    Raises Failure that tells every fault.
    """
    try:
        return remembering(load_policies(file or policies_file(environ), ourselves(environ), fetched), environ)
    except PolicyFileError as error:
        raise refused(error.faults) from None


def examined_for(file: str | None, environ: Mapping[str, str], now: datetime) -> Examination:
    """The same with the file's warnings as of `now`. Raises Failure that tells every error."""
    found = examine(file or policies_file(environ), ourselves(environ), now, fetched)
    if found.policies is None:
        raise refused(found.faults)
    return replace(found, policies=remembering(found.policies, environ))


def remembering(policies: Policies, environ: Mapping[str, str]) -> Policies:
    """The policies, their jobs held where nothing outlives a restart: scaling goes on all the same.

    In `check` they are errors, so that such a release is not made.
    """
    reason = forgetful(environ)
    return policies if reason is None else policies.holding_jobs(reason)


def refused(faults: Sequence[Fault], where: str = "the policy file") -> Failure:
    """The command's error for a file with these faults."""
    from autoscaler.cli.terminal import paint
    from autoscaler.views.faults import counted, faults_text

    errors = [fault for fault in faults if fault.severity == "error"]
    return Failure(f"{counted(errors)} in {where}\n{faults_text(errors, paint())}")


def narrowed(policies: Policies, apps: tuple[str, ...], other: Policies | None = None) -> Policies:
    """The policies of the apps named on the command line; all, where none is named.

    Raises Failure for an app that neither this file nor the `other` names.
    """
    known = policies.apps if other is None else tuple(sorted({*policies.apps, *other.apps}))
    unknown = [app for app in apps if app not in known]
    if unknown:
        raise Failure(f"{policies.file} names no app {unknown[0]!r}; it has: {', '.join(policies.apps)}")
    return policies.only(apps) if apps else policies
