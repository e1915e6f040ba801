"""An echo server on Python's websockets: the runner is tried on it."""

import asyncio
import logging
import sys

import websockets
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

MEGABYTE = 1024 * 1024


async def echo(client, path=None):
    async for message in client:
        await client.send(message)


async def main(port):
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    async with websockets.serve(
        echo, "127.0.0.1", port, max_size=64 * MEGABYTE,
        extensions=[ServerPerMessageDeflateFactory()],
    ) as server:
        port = server.sockets[0].getsockname()[1]
        print(f"ws://127.0.0.1:{port}/", flush=True)
        await asyncio.Future()


asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
