"""What people write: YAML with places -> written values -> core's policies, with every fault at once."""

from autoscaler.policyfile.calendars import Beside, Fetch, beside
from autoscaler.policyfile.faults import Fault, PolicyFileError
from autoscaler.policyfile.reading import Examination, examine, examine_text, load_policies, load_text
from autoscaler.policyfile.source import Refuse
from autoscaler.policyfile.zones import ZoneData, zone, zone_data

__all__ = [
    "Beside",
    "Examination",
    "Fault",
    "Fetch",
    "PolicyFileError",
    "Refuse",
    "ZoneData",
    "beside",
    "examine",
    "examine_text",
    "load_policies",
    "load_text",
    "zone",
    "zone_data",
]
