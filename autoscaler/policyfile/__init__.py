"""What people write: YAML with places -> written values -> core's policies, with every fault at once."""

from autoscaler.policyfile.calendars import Fetch
from autoscaler.policyfile.faults import Fault, PolicyFileError
from autoscaler.policyfile.reading import Examination, examine, examine_text, load_policies
from autoscaler.policyfile.zones import ZoneData, zone, zone_data

__all__ = [
    "Examination",
    "Fault",
    "Fetch",
    "PolicyFileError",
    "ZoneData",
    "examine",
    "examine_text",
    "load_policies",
    "zone",
    "zone_data",
]
