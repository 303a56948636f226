"""Scale Heroku dynos by time windows: `load_policies(path)` and `timeline(policies, start, until)`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autoscaler.core.timeline import Span, timeline
    from autoscaler.policyfile import PolicyFileError, load_policies

__version__ = "0.1.0"
__all__ = ["PolicyFileError", "Span", "__version__", "load_policies", "timeline"]

_ROOMS = {
    "PolicyFileError": "autoscaler.policyfile",
    "load_policies": "autoscaler.policyfile",
    "Span": "autoscaler.core.timeline",
    "timeline": "autoscaler.core.timeline",
}


def __getattr__(name: str) -> Any:
    """Import a public name's room when it is first used: `autoscaler --help` needs none of them."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_ROOMS[name]), name)
