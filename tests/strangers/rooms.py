"""A service as a normal engineer writes it with FastAPI: its own document is its only one."""

from datetime import date, datetime, timezone
from enum import Enum
from typing import Optional
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI, HTTPException, Query, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, EmailStr, Field

TOKEN = "rooms-token-1234567890-abcdef"

app = FastAPI(title="Rooms", version="1")
bearer = HTTPBearer(auto_error=False)


class Error(BaseModel):
    detail: str


def account(given: Optional[HTTPAuthorizationCredentials] = Depends(bearer)) -> str:
    if given is None or given.credentials != TOKEN:
        raise HTTPException(401, "no such account")
    return "a"


class Kind(str, Enum):
    small = "small"
    large = "large"


class RoomIn(BaseModel):
    name: str = Field(min_length=1, max_length=40, pattern=r"^[A-Za-z][A-Za-z0-9 _-]*$")
    seats: int = Field(ge=1, le=500)
    kind: Kind
    owner: Optional[EmailStr] = None
    opens: Optional[date] = None


class Room(RoomIn):
    id: UUID
    created: datetime


class Rooms(BaseModel):
    rooms: list[Room]
    total: int = Field(ge=0)


ROOMS: dict[UUID, Room] = {}
REFUSED = {401: {"model": Error}}
UNKNOWN = {401: {"model": Error}, 404: {"model": Error}}


def known(room_id: UUID) -> Room:
    if room_id not in ROOMS:
        raise HTTPException(404, "no such room")
    return ROOMS[room_id]


@app.get("/rooms", response_model=Rooms, responses=REFUSED, operation_id="listRooms")
def list_rooms(
    limit: int = Query(20, ge=1, le=100),
    offset: int = Query(0, ge=0),
    kind: Optional[Kind] = None,
    since: Optional[datetime] = None,
    _: str = Depends(account),
):
    found = [room for room in ROOMS.values() if kind is None or room.kind == kind]
    return {"rooms": found[offset : offset + limit], "total": len(found)}


@app.post("/rooms", response_model=Room, status_code=201, responses=REFUSED, operation_id="createRoom")
def create_room(body: RoomIn, _: str = Depends(account)):
    room = Room(id=uuid4(), created=datetime.now(timezone.utc), **body.model_dump())
    ROOMS[room.id] = room
    return room


@app.get("/rooms/{room_id}", response_model=Room, responses=UNKNOWN, operation_id="showRoom")
def show_room(room_id: UUID, _: str = Depends(account)):
    return known(room_id)


@app.put("/rooms/{room_id}", response_model=Room, responses=UNKNOWN, operation_id="updateRoom")
def update_room(room_id: UUID, body: RoomIn, _: str = Depends(account)):
    ROOMS[room_id] = Room(id=room_id, created=known(room_id).created, **body.model_dump())
    return ROOMS[room_id]


@app.delete("/rooms/{room_id}", status_code=204, responses=UNKNOWN, operation_id="deleteRoom")
def delete_room(room_id: UUID, _: str = Depends(account)):
    known(room_id)
    del ROOMS[room_id]
    return Response(status_code=204)
