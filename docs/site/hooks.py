"""The site takes what GitHub shows: pages of the repository's root join those of docs/, and every link is made to fit.

In the tree a link is as GitHub follows it (`../SECURITY.md`, `docs/policies.md`); here it becomes that of the site.
"""

import posixpath
import re
from html import escape
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]

PAGES = {
    "README.md": "index.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
}
"""Pages of the root, and what they are called on the site."""

AS_THEY_ARE = ("LICENSE", "app.json", "policies.yaml", "action.yml")
"""Other files of the root that pages link to."""

WIDE = {"comparison.md"}
"""Pages whose tables need the place of the table of contents."""

FENCE = re.compile(r"^( *)```(yaml|text|json) +(?!title=)([^\n]+)$", re.MULTILINE)
"""A block whose first line also tells the command that prints it; the site shows that as the block's title."""

LINK = re.compile(r"(?P<before>\]\(|(?:src|srcset|href)=\")(?P<to>[^)\"\s#:]+)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for name, uri in {**PAGES, **{name: name for name in AS_THEY_ARE}}.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, uri, content=fitted(text, "", uri) if uri in PAGES.values() else text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 mkdocs names them
    uri = page.file.src_uri
    if uri == "decisions/README.md":
        markdown += "".join(f"\n- [{heading(each)}]({each.name})" for each in sorted(decisions(config)))
    if uri in WIDE:
        page.meta["hide"] = ["toc"]
    markdown = FENCE.sub(_titled, markdown)
    return markdown if uri in PAGES.values() else fitted(markdown, posixpath.join("docs", posixpath.dirname(uri)), uri)


def _titled(fence: re.Match[str]) -> str:
    indent, language, command = fence.groups()
    name = command if " " not in command or command.startswith("autoscaler ") else f"autoscaler {command}"
    quoted = f'"{escape(name)}"' if "'" in name else f"'{name}'"
    return f"{indent}```{language} title={quoted}"


def decisions(config: MkDocsConfig) -> list[Path]:
    return list(Path(config.docs_dir, "decisions").glob("[0-9]*.md"))


def heading(page: Path) -> str:
    return page.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")


def fitted(markdown: str, folder: str, uri: str) -> str:
    """`markdown` of a page in `folder` of the repository, its links as the page `uri` of the site needs them."""

    def fit(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, link["to"]))
        if target in PAGES:
            target = PAGES[target]
        elif target == "docs/decisions":
            target = "decisions/README.md"
        elif target not in AS_THEY_ARE:
            if not target.startswith("docs/"):
                return link[0]
            target = target.removeprefix("docs/")
        return link["before"] + posixpath.relpath(target, posixpath.dirname(uri) or ".")

    return LINK.sub(fit, markdown)
