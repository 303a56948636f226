"""`make docs`: strict, so that dead links fail, and nothing on a page is loaded from elsewhere.

It is skipped where mkdocs is not installed: `make docs` installs it, apart from everything else.
"""

import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import ROOT, environ
from tests.views.browser import CHROMIUM, HINT, browsing

MKDOCS = ROOT / ".tools" / "docs" / "bin" / "mkdocs"
LOADED = re.compile(
    r"<(?:script|link|img|source|iframe)\b[^>]*\b(?:src|srcset|href)=\"(?:https?:)?//[^>]*>|url\(['\"]?https?:"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not MKDOCS.exists():
        pytest.skip("mkdocs is not installed, so that the documentation's links were NOT checked: run `make docs` once")
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [MKDOCS, "build", "--strict", "--site-dir", folder], cwd=ROOT, env=environ(NO_MKDOCS_2_WARNING="1"),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    return folder


def test_it_has_every_page(site: Path) -> None:
    pages = {page.stem for page in (ROOT / "docs").glob("*.md")} | {"index", "security", "changelog", "contributing"}
    assert pages <= {page.stem for page in site.glob("*.html")}
    listed = (site / "decisions" / "index.html").read_text()
    assert all(page.stem in listed for page in (ROOT / "docs" / "decisions").glob("0*.md"))


def test_every_page_can_be_reached_from_the_first(site: Path) -> None:
    first = (site / "index.html").read_text()
    assert [page.name for page in site.glob("*.html") if page.name != "404.html" and page.name not in first] == []


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    texts = {page: page.read_text() for kind in ("html", "css", "svg") for page in site.rglob(f"*.{kind}")}
    wrong = {page.name: LOADED.findall(text) for page, text in texts.items() if LOADED.search(text)}
    assert len(texts) > 30
    assert wrong == {}


@pytest.mark.skipif(CHROMIUM is None, reason=f"no Chromium: {HINT}")
def test_pages_ask_for_nothing_and_fit_a_phone(site: Path) -> None:
    outside: list[str] = []
    wide: list[str] = []
    with browsing() as browser, browser.new_context(viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        page.on(
            "request", lambda asked: None if asked.url.startswith(("file:", "data:")) else outside.append(asked.url)
        )
        for file in sorted(site.glob("*.html")):
            page.goto(file.as_uri())
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wide.append(file.name)
    assert (outside, wide) == ([], [])
