"""The last policy file without faults."""

from autoscaler.core.journal import KeptFile
from autoscaler.core.masking import mask
from autoscaler.store.database import Value
from autoscaler.store.subject import Subject, at_of, kept, whole

_KEEP = """
insert into policy_file (only_one, name, content, digest, kept) values (1, :name, :content, :digest, :kept)
on conflict (only_one) do update set name = excluded.name, content = excluded.content, digest = excluded.digest,
  kept = excluded.kept
"""
_FORGET = "delete from policy_file where only_one = 1"
_KEPT = "select name, content, digest, kept from policy_file"


class PolicyFile(Subject):
    """One file: the last that could be used."""

    async def keep(self, file: KeptFile) -> bool:
        """Remember the last good policy file in place of the one before. Raises StoreError.

        False for one with what looks like a secret in it, which is not kept: without it, it would be another file.
        """
        if mask(file.text) != file.text:
            await self._database.execute((_FORGET, {}))
            return False
        values: dict[str, Value] = {
            "name": kept(file.name),
            "content": whole(file.text),
            "digest": file.digest,
            "kept": file.at,
        }
        await self._database.execute((_KEEP, values))
        return True

    async def kept(self) -> KeptFile | None:
        """The last good policy file; None where there is none. Raises StoreError."""
        for name, content, digest, at in await self._database.execute((_KEPT, {})):
            return KeptFile(name, content, digest, at_of(at))
        return None
