"""From what people have to policies.yaml: crontabs, Heroku Scheduler's lines, and SCALING_SCHEDULE settings."""

from autoscaler.policyfile.moving.move import Asked, Moved, move

__all__ = ["Asked", "Moved", "move"]
