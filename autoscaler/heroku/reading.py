"""Reading over the wire: every page of a list, tried a little, as far as the rate budget goes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

from autoscaler.core.platform import NotSent, Transient
from autoscaler.heroku.budget import Need
from autoscaler.heroku.connections import Answer
from autoscaler.heroku.errors import Asked, unreadable
from autoscaler.heroku.retry import Patience, http_date, persist
from autoscaler.heroku.sender import Order, Sender
from autoscaler.heroku.wire import Unreadable, add

T = TypeVar("T")
Told = tuple[datetime | None, str]
"""The platform's clock at the last page of an answer, and its Request-Id."""

_PAGES = 10
"""More than enough: a page holds 200 entries (Platform API reference, "Ranges"), an app a dozen."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked `about` an app, or ACCOUNT: `deed` completes "Heroku refused to …"."""

    about: str
    deed: str
    path: str
    need: Need = "more"


@dataclass(frozen=True, slots=True)
class Reader:
    """Asks questions whose answers are lists."""

    sender: Sender
    patience: Patience

    async def read(self, question: Question, read: Callable[[bytes], dict[str, T]]) -> tuple[dict[str, T], Told]:
        """All of a list, by key. Raises PlatformError: the last attempt's that was sent, if any was."""
        failed: list[Transient] = []

        async def attempt() -> tuple[dict[str, T], Told]:
            try:
                return await self._pages(_again(question) if failed else question, read)
            except Transient as error:
                failed.append(error)
                raise

        try:
            return await persist(attempt, self.patience)
        except NotSent:
            if failed[:-1]:
                raise failed[-2] from None
            raise

    async def _pages(self, question: Question, read: Callable[[bytes], dict[str, T]]) -> tuple[dict[str, T], Told]:
        """Every page: 206 and Next-Range until there is none (Platform API reference, "Ranges")."""
        found: dict[str, T] = {}
        order = Order(question.about, question.deed, "GET", question.path, lambda: self._spend(question))
        for _ in range(_PAGES):
            answer, asked = await self.sender.send(order)
            take_page(answer, asked, read, found)
            page = answer.headers.get("Next-Range")
            if page is None:
                return found, (http_date(answer.headers.get("Date")), asked.request_id)
            order = replace(order, range=page)
        raise unreadable(f"it goes on for more than {_PAGES} pages", asked)

    def _spend(self, question: Question) -> None:
        """Count a read that is about to go. Raises NotSent if it must not."""
        budget, hour, need = self.sender.budget, self.sender.hour, question.need
        if need != "urgent" and (wait := budget.wait()):
            text = f"the account has {budget.remaining} requests left, which are kept for changes"
            raise NotSent(f"{question.about}: not sent: {text}", retry_after=wait, everywhere=True)
        if wait := hour.wait(need):
            text = "as many reads as may be were sent within the last hour (a tenth of the account's limit)"
            raise NotSent(f"{question.about}: not sent: {text}", retry_after=wait)
        hour.note(question.about, need)


def _again(question: Question) -> Question:
    return replace(question, need="more") if question.need == "beat" else question


def path(*parts: str) -> str:
    """An address's path: no part can leave its place in it."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def take_page(answer: Answer, asked: Asked, read: Callable[[bytes], dict[str, T]], found: dict[str, T]) -> None:
    """Put an answer's entries into `found`. Raises Transient if it cannot be read, or does not say where it goes on."""
    goes_on = answer.headers.get("Next-Range")
    try:
        add(found, read(answer.body))
        if goes_on is None and answer.status == 206:
            raise Unreadable("it is a part, and does not say where the next begins")
        if goes_on is not None and not goes_on.isascii():
            raise Unreadable("where its next part begins cannot be read")
    except Unreadable as error:
        raise unreadable(str(error), asked) from None
