"""The operation in Tornado."""
import asyncio
import os

import tornado.web

import audit


class Base(tornado.web.RequestHandler):
    def write_error(self, status_code, **details):
        problem = details.get("exc_info", (None, None))[1]
        if isinstance(problem, audit.Refusal):
            status_code = problem.status
        elif status_code not in audit.Refusal.MESSAGES:
            status_code = 400
        self.set_status(status_code)
        self.finish(audit.Refusal(status_code).body())


class Show(Base):
    def get(self, project_id, busi_type):
        token = self.request.headers.get("X-Auth-Token")
        try:
            self.write(audit.show(project_id, busi_type, token))
        except audit.Refusal as refusal:
            self.send_error(refusal.status, exc_info=(None, refusal, None))


class Unknown(Base):
    def prepare(self):
        self.send_error(400)


app = tornado.web.Application(
    [(r"/v3/([^/]+)/audit/summary/([^/]+)/task-status", Show)],
    default_handler_class=Unknown,
    log_function=lambda _: None,
)


async def main():
    app.listen(int(os.environ["PORT"]), "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
