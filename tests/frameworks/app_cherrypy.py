"""The operation in CherryPy, by its method dispatcher of path segments."""
import os

import cheroot.server
import cherrypy

import audit


def answer_json(status, **_):
    code = int(status.split()[0])
    code = code if code in audit.Refusal.MESSAGES else 400
    cherrypy.response.status = code
    cherrypy.response.headers["Content-Type"] = "application/json"
    import json

    return json.dumps(audit.Refusal(code).body())


class WithoutUnderscores(cheroot.server.HeaderReader):
    """X_Auth_Token is another header than X-Auth-Token; WSGI has one name for both."""

    def _allow_header(self, name):
        return b"_" not in name


class Root:
    @cherrypy.expose
    @cherrypy.tools.json_out()
    def v3(self, *segments):
        if len(segments) != 5 or segments[1:3] != ("audit", "summary") or segments[4] != "task-status":
            raise cherrypy.HTTPError(400)
        try:
            token = cherrypy.request.headers.get("X-Auth-Token")
            return audit.show(segments[0], segments[3], token)
        except audit.Refusal as refusal:
            raise cherrypy.HTTPError(refusal.status) from None


if __name__ == "__main__":
    cheroot.server.HTTPRequest.header_reader = WithoutUnderscores()
    cherrypy.config.update(
        {
            "server.socket_host": "127.0.0.1",
            "server.socket_port": int(os.environ["PORT"]),
            "log.screen": False,
            "error_page.default": answer_json,
        }
    )
    cherrypy.quickstart(Root())
