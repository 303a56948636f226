"""`make pictures`: the plan of the shipped policies.yaml, as a page and in a terminal, and the demo; always the same.

It is the evening on which the night's windows open: live is as the day wanted it.
"""

import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser

from autoscaler.core.guard import Ourselves
from autoscaler.core.plan import Observed, draft
from autoscaler.core.platform import Formation, Live
from autoscaler.core.zones import DAY, instant
from autoscaler.policyfile import examine_text
from autoscaler.views.plan_html import plan_html
from autoscaler.views.plan_text import plan_text
from autoscaler.views.preview import Preview
from tests.cli.running import ROOT
from tests.terminal_pictures import PAINT, demo, terminal
from tests.views.browser import browsing

FROM, AT = "2026-11-23T00:00:00+09:00", "2026-11-25T22:00:00+09:00"

BY_DAY = {"web": Live(5, "standard-1x"), "worker": Live(0, "standard-1x")}

FONT = "body { font-family: Inter, sans-serif !important; }"
"""The page takes whatever a system has; Debian's has little charm (fonts-inter)."""


def preview() -> Preview:
    """The week of 2026-11-23 as it is on Wednesday at 22:00 in Tokyo."""
    now = datetime.fromisoformat(AT)
    text = (ROOT / "policies.yaml").read_bytes()
    policies = examine_text(text, "policies.yaml", Ourselves("my-autoscaler", "clock"), now).policies
    assert policies is not None
    plan = draft(policies, Observed(now, {"example-shop": Formation("example-shop", BY_DAY)}), now)
    start = instant(datetime.fromisoformat(FROM))
    return Preview(policies, start, start + 7 * DAY, instant(now), plan)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "plan-terminal.svg", terminal("autoscaler plan", plan_text(preview(), PAINT)))
    _write(folder / "demo.svg", terminal("autoscaler demo", demo()))
    with tempfile.TemporaryDirectory() as here, browsing() as browser:
        page = Path(here) / "plan.html"
        page.write_text(plan_html(preview()), encoding="utf-8")
        _take(browser, page, folder / "plan.png", "light")
        _take(browser, page, folder / "plan-dark.png", "dark")


def _write(picture: Path, svg: str) -> None:
    picture.write_text(svg, encoding="utf-8")
    print(f"{picture}: {picture.stat().st_size:,} bytes")


def _take(browser: Browser, file: Path, picture: Path, scheme: Literal["light", "dark"]) -> None:
    with browser.new_context(
        viewport={"width": 1120, "height": 900}, device_scale_factor=1.5, color_scheme=scheme, bypass_csp=True
    ) as context:
        page = context.new_page()
        page.goto(file.as_uri())
        page.add_style_tag(content=FONT)
        page.screenshot(path=picture, full_page=True)
    print(f"{picture}: {picture.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
