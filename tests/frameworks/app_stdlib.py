"""The operation on Python's own http.server, one connection at a time or one in each thread."""
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import audit

# How long an answer takes, in seconds.
DELAY = float(os.environ.get("DELAY", "0"))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        time.sleep(DELAY)
        parts = [unquote(part) for part in urlsplit(self.path).path.split("/")]
        try:
            match parts:
                case ["", "v3", project_id, "audit", "summary", busi_type, "task-status"]:
                    token = self.headers.get("X-Auth-Token")
                    self.answer(200, audit.show(project_id, busi_type, token))
                case _:
                    raise audit.Refusal(400)
        except audit.Refusal as refusal:
            self.answer(refusal.status, refusal.body())

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    kind = ThreadingHTTPServer
    if "threads" not in sys.argv:
        kind = HTTPServer
        # Head and body leave together: else each reply waits 40 ms for an acknowledgement.
        Handler.wbufsize = -1
    kind(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
