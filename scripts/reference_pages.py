"""A hook of MkDocs: the pages of all commands and settings, written by the code that they are about."""

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from dyadwatch.cli import dyadwatch
from dyadwatch.cli.reference import PAGES, write


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Adds the pages that are not kept in docs/."""
    with click.Context(dyadwatch, info_name="dyadwatch"):
        for page in PAGES:
            files.append(File.generated(config, f"{page}.md", content=write(page)))
    return files
