"""The readers of a policy file: each key by itself, so that one fault hides no other."""

from autoscaler.policyfile import tree, values
from autoscaler.policyfile.app_names import app_name
from autoscaler.policyfile.calendar_readers import CALENDAR, calendars, names_of
from autoscaler.policyfile.faults import Faults
from autoscaler.policyfile.job_readers import JOB, jobs
from autoscaler.policyfile.keys import LEVELS, Keys, named, read
from autoscaler.policyfile.notice_readers import NOTICES, notices
from autoscaler.policyfile.probe_readers import KINDS, probes
from autoscaler.policyfile.spelling import shown
from autoscaler.policyfile.tree import Node, Scalar
from autoscaler.policyfile.window_readers import CLOSE, WINDOW, windows
from autoscaler.policyfile.written import WrittenApp, WrittenFile, WrittenLimits, WrittenType, value_of


def written_file(root: Node | None, faults: Faults) -> WrittenFile | None:
    """The whole file; None where it holds nothing to read."""
    if root is None or (isinstance(root, Scalar) and root.empty):
        if not faults.fatal:
            faults.error((1, 1), "", "the file is empty", "it needs at least `timezone` and `apps`")
        return None
    faults.calendars = names_of(root)
    found = read(root, "", (1, 1), _FILE, faults)
    if found is None:
        return None
    if "apps" not in found and isinstance(root, tree.Mapping):
        faults.error(root.first_key, "apps", "`apps` is missing", "name the apps and their formations")
    got = found.get
    made, apps, told = (value_of(got(key)) or [] for key in ("calendars", "apps", "notify"))
    return WrittenFile(
        got("timezone"), got("business_calendar"), got("on_manual_change"), got("settle"), got("at_once"), told, made,
        apps,
    )  # fmt: skip


def _apps(node: Node, path: str, faults: Faults) -> list[WrittenApp] | None:
    entries = named(node, path, "apps, each with a formation", faults)
    return None if entries is None else [_app(key, value, f"{path}.{key.text}", faults) for key, value in entries]


def _app(key: Scalar, node: Node, path: str, faults: Faults) -> WrittenApp:
    app_name(key, path, faults)
    found = read(node, path, key.place, _APP, faults)
    if found is not None and "formation" not in found:
        faults.error(key.place, f"{path}.formation", "`formation` is missing", "name the app's process types in it")
    got = (found or {}).get
    told, types, asked = (value_of(got(key)) or [] for key in ("notify", "formation", "probes"))
    return WrittenApp(
        key.place, path, key.text, got("timezone"), got("business_calendar"), got("on_manual_change"), got("settle"),
        told, types, asked, got("jobs"),
    )  # fmt: skip


def _types(node: Node, path: str, faults: Faults) -> list[WrittenType] | None:
    entries = named(node, path, "process types such as web or worker", faults)
    return None if entries is None else [_type(key, value, f"{path}.{key.text}", faults) for key, value in entries]


def _type(key: Scalar, node: Node, path: str, faults: Faults) -> WrittenType:
    name = key.text
    # Heroku's rule: ^[-\w]{1,128}$ (Platform API schema, formation type), in ASCII.
    if not (name.isascii() and len(name) <= 128 and name.replace("-", "_").replace("_", "a").isalnum()):
        faults.error(
            key.place, path, f"expected a process type (1 to 128 letters, digits, - and _), read {shown(name)}"
        )
    found = read(node, path, key.place, _TYPE, faults)
    if found is not None and "quantity" not in found:
        faults.error(key.place, f"{path}.quantity", "`quantity` is missing", "it holds outside every window")
    got = (found or {}).get
    return WrittenType(
        key.place, path, name, got("timezone"), got("business_calendar"), got("quantity"), got("size"), got("limits"),
        got("allow_zero"), got("on_manual_change"), got("settle"), got("windows"),
    )  # fmt: skip


def _limits(node: Node, path: str, faults: Faults) -> WrittenLimits | None:
    found = read(node, path, node.place, _LIMITS, faults)
    if found is None:
        return None
    if not found and isinstance(node, tree.Mapping) and not node.entries:
        faults.error(node.place, path, "the limits are empty", "give min, max or both")
    return WrittenLimits(found.get("min"), found.get("max"))


_FILE = Keys(
    {
        "timezone": values.timezone,
        "business_calendar": values.word,
        "calendars": calendars,
        "apps": _apps,
        "on_manual_change": values.on_manual_change,
        "settle": values.settling,
        "at_once": values.at_once,
        "notify": notices,
    }
)
_APP = Keys(
    {
        "timezone": values.timezone,
        "business_calendar": values.word,
        "formation": _types,
        "probes": probes,
        "jobs": jobs,
        "on_manual_change": values.on_manual_change,
        "settle": values.settling,
        "notify": notices,
    }
)
_TYPE = Keys(
    {
        "quantity": values.quantity,
        "size": values.size,
        "limits": _limits,
        "allow_zero": values.flag,
        "timezone": values.timezone,
        "business_calendar": values.word,
        "windows": windows,
        "on_manual_change": values.on_manual_change,
        "settle": values.settling,
    }
)
_LIMITS = Keys({"min": values.number, "max": values.number})
LEVELS.update(
    {
        "the top of the file": _FILE,
        "a calendar": CALENDAR,
        "an app": _APP,
        "a process type": _TYPE,
        "a window": WINDOW,
        "a window's `close`": CLOSE,
        **{f"a {kind} probe": keys for kind, keys in KINDS.items()},
        "a job": JOB,
        **{f"a {way} receiver": keys for way, keys in NOTICES.items()},
    }
)
