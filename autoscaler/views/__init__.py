"""Plans, timelines, reports and faults, drawn for people and for programs."""
