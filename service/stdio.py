"""MCP over standard input and output: `python -m service.stdio`. Standard output carries nothing else; logs
go to standard error."""

import asyncio
import sys
from importlib.util import find_spec

from dyadwatch import bootstrap, logs
from dyadwatch.errors import DyadwatchError, NotInstalled, SettingsError
from dyadwatch.settings import Settings
from service.app import OPERATIONS, create_app
from service.mcp import tools
from service.mcp.api import Api


async def serve(api: Api) -> None:
    """Answers what standard input asks until it ends."""
    from mcp.server.stdio import stdio_server  # noqa: PLC0415  # an extra

    from service.mcp import server  # noqa: PLC0415

    mcp = server.build(api, tools.bind(OPERATIONS))
    async with stdio_server() as (incoming, outgoing):
        await mcp.run(incoming, outgoing, mcp.create_initialization_options())


def main() -> None:
    try:
        settings = Settings.from_environ()
        if settings.api_key is None:
            raise SettingsError(
                "DYADWATCH_API_KEY is not set: tools act with an API key (`dyadwatch key add NAME`)"
            )
        if find_spec("mcp") is None:
            raise NotInstalled("MCP is not installed here: dyadwatch[mcp].", code="mcp_not_installed")
        logs.start(settings)
        product = bootstrap.build(settings)
    except DyadwatchError as error:
        print(error.report(), file=sys.stderr)  # noqa: T201  # a command's answer
        sys.exit(error.exit_status)
    key = settings.api_key.get_secret_value()
    try:
        asyncio.run(serve(Api(create_app(product), [(b"authorization", f"Bearer {key}".encode())])))
    finally:
        product.close()


if __name__ == "__main__":
    main()
