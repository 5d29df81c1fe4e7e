"""The operation in Django, in one file; `runserver`, or any WSGI server that loads `app`."""
import os
import sys

from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="of-this-test", APPEND_SLASH=False
)

from django.core.management import execute_from_command_line  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402

import audit  # noqa: E402


def refused(status):
    return JsonResponse(audit.Refusal(status).body(), status=status)


def show(request, project_id, busi_type):
    try:
        return JsonResponse(
            audit.show(project_id, busi_type, request.headers.get("X-Auth-Token"))
        )
    except audit.Refusal as refusal:
        return refused(refusal.status)


urlpatterns = [
    path("v3/<str:project_id>/audit/summary/<str:busi_type>/task-status", show),
]


def handler400(_, exception=None):
    return refused(400)


handler404 = handler400


def handler500(_):
    return refused(500)


app = get_wsgi_application()

if __name__ == "__main__":
    address = f"127.0.0.1:{os.environ['PORT']}"
    execute_from_command_line([sys.argv[0], "runserver", "--noreload", address])
