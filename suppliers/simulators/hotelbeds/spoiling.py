"""What can go wrong with an answer on its way, after the work is done."""

import zlib

from aiohttp import web

from suppliers.simulators.hotelbeds.faults import REFUSALS, SPOILERS, Drawn
from suppliers.simulators.hotelbeds.wire import body_response

__all__ = ["REFUSALS", "hang_up", "spoil"]


def hang_up(request: web.Request) -> web.Response:
    """The connection is gone at once; the answer returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def spoil(request: web.Request, response: web.StreamResponse, faults: Drawn) -> web.StreamResponse:
    fault = faults.first(SPOILERS)
    if fault is None:
        return response
    if fault.kind == "drop_after_commit":
        return hang_up(request)
    body = response.body if isinstance(response, web.Response) else None
    if not isinstance(body, bytes):
        return response
    if fault.kind == "truncated_gzip":
        return web.Response(body=body[: len(body) // 2], status=response.status, headers=_kept(response))
    if fault.kind == "invalid_json":
        plain = zlib.decompress(body, 47) if response.headers.get("Content-Encoding") == "gzip" else body
        return body_response(request, plain[: len(plain) // 2], status=response.status)
    return await _truncate(request, response, body)


def _kept(response: web.StreamResponse) -> dict[str, str]:
    """Headers of a whole answer: the length that is told is that of what is sent."""
    return {name: text for name, text in response.headers.items() if name != "Content-Length"}


async def _truncate(request: web.Request, response: web.StreamResponse, body: bytes) -> web.StreamResponse:
    """Half of what the Content-Length promises, then nothing more."""
    half = web.StreamResponse(status=response.status, headers=response.headers)
    half.content_length = len(body)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return half
