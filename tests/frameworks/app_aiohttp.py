"""The operation in aiohttp's server."""
import os

from aiohttp import web

import audit


@web.middleware
async def errors(request, handler):
    try:
        return await handler(request)
    except audit.Refusal as refusal:
        return web.json_response(refusal.body(), status=refusal.status)
    except web.HTTPNotFound:
        return web.json_response(audit.Refusal(400).body(), status=400)


async def show(request):
    parts = request.match_info
    token = request.headers.get("X-Auth-Token")
    return web.json_response(audit.show(parts["project_id"], parts["busi_type"], token))


app = web.Application(middlewares=[errors])
app.router.add_get("/v3/{project_id}/audit/summary/{busi_type}/task-status", show)

if __name__ == "__main__":
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), print=None)
