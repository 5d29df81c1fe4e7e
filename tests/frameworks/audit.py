"""What the Python implementations without a schema library share: the page's rules."""
import hmac
import os

TOKEN = os.environ.get("TOKEN", "")
PROJECT = os.environ.get("PROJECT_ID", "")


class Refusal(Exception):
    """An answer other than 200."""

    MESSAGES = {
        400: "Invalid request parameter.",
        401: "Authorization failed.",
        403: "Unauthorized",
        500: "Server error.",
    }

    def __init__(self, status):
        super().__init__(status)
        self.status = status

    def body(self):
        return {"error_code": f"DBSS.{self.status}", "error_msg": self.MESSAGES[self.status]}


def show(project_id, busi_type, token):
    """The body of the answer 200."""
    if token is None or not hmac.compare_digest(token.encode(), TOKEN.encode()):
        raise Refusal(401)
    if not 32 <= len(project_id) <= 64 or busi_type not in ("audit", "risk"):
        raise Refusal(400)
    if project_id != PROJECT:
        raise Refusal(403)
    return {
        "id": 32,
        "project_id": project_id,
        "busi_type": busi_type,
        "task_switch": "off",
        "task_status": "2",
        "total_num": 10,
        "completed_num": 10,
        "begin_time": 1753427737077,
        "end_time": 1753427757803,
        "query_begin_time": 1752974753000,
        "query_end_time": 1753427733000,
    }
