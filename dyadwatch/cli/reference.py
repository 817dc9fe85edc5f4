"""`dyadwatch reference`: the commands and the settings as pages of the documentation."""

import inspect
from collections.abc import Iterator

import click

from dyadwatch.settings import Settings

_HEADS = {
    "commands": """# Commands

`dyadwatch reference commands` writes this page. Every command has `--help`; most have `--json`, which
prints one JSON object a line.""",
    "settings": """# Settings

`dyadwatch reference settings` writes this page; `dyadwatch settings` lists those in force. All are
variables of the environment.""",
}


PAGES = tuple(_HEADS)


@click.command()
@click.argument("page", type=click.Choice(PAGES))
def reference(page: str) -> None:
    """Print a page of the documentation as Markdown: every command, or every setting."""
    click.echo(write(page))


def write(page: str) -> str:
    """The page as Markdown, within the context of a command."""
    root = click.get_current_context().find_root().command
    body = _commands(root, "dyadwatch") if page == "commands" else _settings()
    return "\n\n".join([_HEADS[page], *body])


def _commands(command: click.Command, name: str) -> Iterator[str]:
    """A section for each command: what it does, how it is called, its options."""
    with click.Context(command, info_name=name) as context:
        if not isinstance(command, click.Group):
            yield f"## {name}"
            yield inspect.cleandoc(command.help or "").replace("\b\n", "").replace("<", "&lt;")
            yield f"```\n{' '.join([name, *command.collect_usage_pieces(context)])}\n```"
            options = [each for each in command.params if isinstance(each, click.Option)]
            if rows := [_option(each, context) for each in options]:
                yield "\n".join(["| option | |", "| --- | --- |", *rows])
            return
        for each in command.list_commands(context):
            if (child := command.get_command(context, each)) is not None:
                yield from _commands(child, f"{name} {each}")


def _option(option: click.Option, context: click.Context) -> str:
    names, words = option.get_help_record(context) or (", ".join(option.opts), "")
    return f"| `{_cell(names)}` | {_cell(words)} |"


def _settings() -> Iterator[str]:
    rows = [
        f"| `{name}` | {_cell(value) and f'`{_cell(value)}`'} | {_cell(words)} |"
        for name, value, words in Settings().describe()
    ]
    yield "\n".join(["| variable | default | meaning |", "| --- | --- | --- |", *rows])


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
