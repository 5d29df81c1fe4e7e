"""The operation in FastAPI, its parameters declared by type."""
import os
from enum import Enum
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Header, Path, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

TOKEN = os.environ["TOKEN"]
PROJECT = os.environ["PROJECT_ID"]


class BusiType(str, Enum):
    audit = "audit"
    risk = "risk"


class TaskStatus(BaseModel):
    id: int
    project_id: str
    busi_type: BusiType
    task_switch: str
    task_status: str
    total_num: int
    completed_num: int
    begin_time: int
    end_time: int
    query_begin_time: int
    query_end_time: int


app = FastAPI()


def error(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error_code": f"DBSS.{status}", "error_msg": message}, status)


@app.exception_handler(RequestValidationError)
async def invalid(_: Request, problem: RequestValidationError) -> JSONResponse:
    if any("x-auth-token" in str(place["loc"]).lower() for place in problem.errors()):
        return error(401, "Authorization failed.")
    return error(400, "Invalid request parameter.")


@app.exception_handler(HTTPException)
async def failed(_: Request, problem: HTTPException) -> JSONResponse:
    status = 400 if problem.status_code == 404 else problem.status_code
    return error(status, str(problem.detail))


@app.get("/v3/{project_id}/audit/summary/{busi_type}/task-status")
async def show(
    project_id: Annotated[str, Path(min_length=32, max_length=64)],
    busi_type: BusiType,
    x_auth_token: Annotated[str, Header(min_length=1)],
) -> TaskStatus:
    if x_auth_token != TOKEN:
        raise HTTPException(401, "Authorization failed.")
    if project_id != PROJECT:
        raise HTTPException(403, "Unauthorized")
    return TaskStatus(
        id=32,
        project_id=project_id,
        busi_type=busi_type,
        task_switch="off",
        task_status="2",
        total_num=10,
        completed_num=10,
        begin_time=1753427737077,
        end_time=1753427757803,
        query_begin_time=1752974753000,
        query_end_time=1753427733000,
    )


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
