"""What the site needs beside the folder ``docs``: hooks of mkdocs, named in ``mkdocs.yml``.

Pages link each other the way the repository lies, so that links work wherever the files are read.
Here those that lead out of ``docs`` are put on the site too, and links to them are rewritten.
"""

from __future__ import annotations

import posixpath
import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from handbook import ROOT

PLACES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "examples/README.md": "examples.md",
    "web/README.md": "web.md",
    "LICENSE": "files/LICENSE.txt",
    "deploy/Dockerfile": "files/Dockerfile.txt",
    "deploy/athanor.service": "files/athanor.service.txt",
    "deploy/compose.yaml": "files/compose.yaml.txt",
}
"""What of the repository is on the site though it is not in ``docs``, and where."""

_NAMES = {place: name for name, place in PLACES.items()}
_LINK = re.compile(r"(?<=\]\()(?!https?://|mailto:|#|/)([^)\s#]+)")
_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.DOTALL | re.MULTILINE)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Put what lies outside of ``docs`` on the site."""
    for name, place in PLACES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=text))
    return files


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Decisions stand in the contents by themselves."""
    inside = next(part["Inside"] for part in config.nav or [] if "Inside" in part)
    pages = next(part["Decisions"] for part in inside if "Decisions" in part)
    pages += [f"decisions/{path.name}" for path in sorted(ROOT.glob("docs/decisions/[0-9]*.md"))]
    return config


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links that follow the repository into links that follow the site."""
    here = page.file.src_uri
    name = _NAMES.get(here, f"docs/{here}")

    def rewritten(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), found[1]))
        return posixpath.relpath(_place(target, name, files), posixpath.dirname(here) or ".")

    parts, at = [], 0
    for code in _CODE.finditer(markdown):
        parts += [_LINK.sub(rewritten, markdown[at : code.start()]), code[0]]
        at = code.end()
    return "".join([*parts, _LINK.sub(rewritten, markdown[at:])])


def _place(target: str, name: str, files: Files) -> str:
    """Where on the site a file or a folder of the repository is."""
    inside = target.removeprefix("docs/")
    for place in (PLACES.get(target), inside, f"{inside}/README.md"):
        if place and files.get_file_from_path(place):
            return place
    raise PluginError(
        f"{name} links to {target}, which is not on the site. Link to a page of docs/, or name "
        "the file in PLACES of handbook/site.py."
    )
