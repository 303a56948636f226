"""The names of apps as keys of a file: Heroku's, and globs of them."""

import re
from collections.abc import Sequence

from autoscaler.core.globs import covers, is_glob
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.spelling import shown
from autoscaler.policyfile.tree import Scalar
from autoscaler.policyfile.written import WrittenApp

_NAME = re.compile(r"[a-z][a-z0-9-]{1,28}[a-z0-9]")
"""Platform API schema, app name."""

_GLOB = re.compile(r"[a-z*?](?:[a-z0-9*?-]*[a-z0-9*?])?")
_SHORTEST, _LONGEST = 3, 30
_MOST_GLOBS = 200
"""More are not held against each other: nobody waits for minutes for a warning."""


def app_name(key: Scalar, path: str, faults: Faults) -> None:
    """Say what is wrong with the name of an app, or with a glob."""
    name = key.text
    if set(name) & set("*?[]"):
        _glob(key, path, faults)
    elif (wrong := no_name(name)) is not None:
        faults.error(key.place, path, *wrong)


def no_name(name: str) -> tuple[str, str | None] | None:
    """Why no app can be called so, and a hint; None where one can."""
    if _NAME.fullmatch(name):
        return None
    expected = "3 to 30 of a-z, 0-9 and -, beginning with a letter and ending with a letter or digit"
    lowered = re.sub(r"[_\s]+", "-", name.strip().lower())
    hint = f"did you mean {lowered}?" if _NAME.fullmatch(lowered) else None
    return f"expected an app's name ({expected}), read {shown(name)}", hint


def _glob(key: Scalar, path: str, faults: Faults) -> None:
    name, hint = key.text, "* stands for any signs, ? for one; the others are a-z, 0-9 and -"
    signs = len(name.replace("*", ""))
    if set(name) & set("[]"):
        message = f"expected a glob of an app's name with * and ?, read {shown(name)}"
    elif not _GLOB.fullmatch(name) or signs > _LONGEST or (signs < _SHORTEST and "*" not in name):
        message = f"the glob {shown(name)} matches no name that an app can have"
    else:
        return
    faults.error(key.place, path, message, hint)


def warn_of_globs(apps: Sequence[WrittenApp], faults: Faults) -> None:
    """Globs that leave nothing to a later one, and those that take everything."""
    globs = [app for app in apps if is_glob(app.name)]
    for number, app in enumerate(globs[:_MOST_GLOBS]):
        if set(app.name) <= {"*"}:
            message = "it takes every app that the token may see and that the file does not name in full"
            faults.warning(app.place, app.path, message, "name a part of the apps' names, such as shop-pr-*")
        earlier = next((other for other in globs[:number] if covers(other.name, app.name)), None)
        if earlier is not None:
            message = f"it never gets an app: all that it matches go to {earlier.name} above it"
            faults.warning(app.place, app.path, message, "move it up, or remove it")
