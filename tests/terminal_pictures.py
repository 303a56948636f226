"""The pictures of `plan` and `demo` in a terminal, as SVG: the same at every run, and with no font from elsewhere."""

import asyncio
import re
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import cast

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from autoscaler.cli.demo import _Demo, _shipped, summary
from autoscaler.cli.sandbox import formations
from autoscaler.clock import FastClock
from autoscaler.control.daemon import Daemon
from autoscaler.control.surroundings import Surroundings
from autoscaler.core.guard import Ourselves
from autoscaler.heroku.in_process import in_process
from autoscaler.sandbox import World, create_app
from autoscaler.views.demo_text import picture_text
from autoscaler.views.paint import Paint
from tests.control import virtual

COLUMNS = 92

THEME = TerminalTheme(
    (22, 27, 44),
    (222, 226, 240),
    [(22, 27, 44), (255, 135, 135), (105, 219, 124), (255, 212, 59), (145, 167, 255), (218, 153, 255), (102, 217, 232),
     (222, 226, 240)],
    [(134, 142, 170), (255, 135, 135), (105, 219, 124), (255, 212, 59), (145, 167, 255), (218, 153, 255),
     (102, 217, 232), (255, 255, 255)],
)  # fmt: skip

FONTS = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
FRIDAY = "2026-11-27T16:00:00+09:00"
PAINT = Paint(colours=True, unicode=True, columns=COLUMNS)


def terminal(command: str, output: str) -> str:
    """A terminal in which `command` printed `output`, with its ANSI colours."""
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True, legacy_windows=False)
    console.print(Text.assemble(("$ ", "dim"), (command, "bold")))
    console.print(Text.from_ansi(output), soft_wrap=True)
    return without_links(console.export_svg(title=command, theme=THEME, unique_id="t"))


def without_links(svg: str) -> str:
    """Rich names a font on somebody's server; whatever a reader's system has will do."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code, monospace", FONTS).replace("font-family: arial", "font-family: sans-serif")
    svg = re.sub(r"\s*<!-- Generated with Rich [^>]*-->", "", svg)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def demo() -> str:
    """What the demo shows in the end, lived through in virtual time from one Friday on."""
    time, shown = virtual.Time(datetime.fromisoformat(FRIDAY).astimezone(UTC)), []

    async def live() -> None:
        shop = _Demo(_shipped(), 4320, 1)
        shop.clock, shop.paint = cast(FastClock, time), PAINT
        shop.world = World.of(formations(shop.policies), now=time.now, seed=0)
        platform = in_process(create_app(shop.world), time.now)
        policies = iter([shop.policies])
        daemon = Daemon(Surroundings(platform, time, lambda: next(policies, None), shop._hear, Ourselves(), beat=600.0))
        running, forever = asyncio.create_task(daemon.run()), asyncio.Event()
        while shop.picture.now < shop.until:
            shop._look()
            try:
                async with asyncio.timeout(timedelta(minutes=10).total_seconds()):
                    await forever.wait()
            except TimeoutError:
                continue
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await platform.aclose()
        shown.append(picture_text(shop.picture, PAINT) + "\n" + summary(shop.picture, shop.policies, PAINT))

    with redirect_stdout(StringIO()):  # the news, which a terminal shows in the picture
        virtual.run(time, live)
    return shown[0]
