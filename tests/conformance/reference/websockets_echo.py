"""An echo server on Python's websockets: the runner is tried on it.

Arguments: port, and for TLS the files of a certificate and its key."""

import asyncio
import logging
import ssl
import sys

import websockets
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

MEGABYTE = 1024 * 1024


async def echo(client, path=None):
    async for message in client:
        await client.send(message)


def shown(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


async def main(port="0", *files):
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    async with websockets.serve(
        echo, "127.0.0.1", int(port), max_size=64 * MEGABYTE,
        ssl=shown(*files) if files else None,
        extensions=[ServerPerMessageDeflateFactory()],
    ) as server:
        port = server.sockets[0].getsockname()[1]
        print(f"{'wss' if files else 'ws'}://127.0.0.1:{port}/", flush=True)
        await asyncio.Future()


asyncio.run(main(*sys.argv[1:]))
