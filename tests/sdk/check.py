"""The official SDK against `conformant serve`: a real client for the reference server.

It is a weak judge (it reads almost anything with status 200 as success), so each
field is checked here.
"""

import os
import subprocess
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkdbss.v1 import DbssClient, ShowAuditTaskStatusRequest

FIELDS = {
    "begin_time": int,
    "busi_type": str,
    "completed_num": int,
    "end_time": int,
    "id": int,
    "project_id": str,
    "query_begin_time": int,
    "query_end_time": int,
    "task_status": str,
    "task_switch": str,
    "total_num": int,
}


def greeting(server):
    """What the server says that it takes."""
    said = {}
    for line in server.stdout:
        key, _, value = line.strip().rpartition(" ")
        said[key] = value
        if key == "secret key":
            return said
    sys.exit("the server ended before it said what it takes")


def client(said, sk):
    credentials = BasicCredentials(said["access key"], sk, said["project"])
    return (
        DbssClient.new_builder()
        .with_credentials(credentials)
        .with_endpoint(said["listening on"])
        .build()
    )


def refused(call, status):
    try:
        call()
    except ClientRequestException as refusal:
        assert refusal.status_code == status, refusal
        assert refusal.error_code and refusal.error_msg, refusal
        return
    sys.exit(f"no refusal with {status} came")


def main():
    binary = os.environ["CONFORMANT"]
    server = subprocess.Popen([binary, "serve"], stdout=subprocess.PIPE, text=True)
    try:
        said = greeting(server)
        right = client(said, said["secret key"])
        for busi_type in ("audit", "risk"):
            # Optional members come and go: in some reply each is there.
            seen = set()
            for _ in range(12):
                reply = right.show_audit_task_status(
                    ShowAuditTaskStatusRequest(busi_type=busi_type)
                )
                assert reply.status_code == 200, reply
                assert reply.busi_type == busi_type, reply
                assert reply.project_id == said["project"], reply
                assert reply.task_status in ("0", "1", "2", "3", "-1"), reply
                for name, kind in FIELDS.items():
                    value = getattr(reply, name)
                    if value is not None:
                        assert type(value) is kind, (name, value)
                        seen.add(name)
            assert seen == set(FIELDS), sorted(set(FIELDS) - seen)
        refused(
            lambda: right.show_audit_task_status(
                ShowAuditTaskStatusRequest(busi_type="neither")
            ),
            400,
        )
        wrong = client(said, said["secret key"] + "x")
        refused(
            lambda: wrong.show_audit_task_status(
                ShowAuditTaskStatusRequest(busi_type="audit")
            ),
            401,
        )
        print("the SDK and the reference server agree")
    finally:
        server.kill()
        server.wait()


main()
