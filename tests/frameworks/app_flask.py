"""The operation in Flask; Werkzeug's own server, or any WSGI server that loads `app`."""
import os

from flask import Flask, jsonify, request

import audit

app = Flask(__name__)


@app.errorhandler(audit.Refusal)
def refused(refusal):
    return jsonify(refusal.body()), refusal.status


@app.errorhandler(404)
def unknown(_):
    return refused(audit.Refusal(400))


@app.errorhandler(500)
def broken(_):
    return refused(audit.Refusal(500))


@app.get("/v3/<project_id>/audit/summary/<busi_type>/task-status")
def show(project_id, busi_type):
    return jsonify(audit.show(project_id, busi_type, request.headers.get("X-Auth-Token")))


if __name__ == "__main__":
    app.run("127.0.0.1", int(os.environ["PORT"]))
