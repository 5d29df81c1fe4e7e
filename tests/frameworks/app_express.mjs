// The operation in Express; tokens are JWTs, checked with the jsonwebtoken package.
import express from "express";
import jwt from "jsonwebtoken";
import { Refusal, show } from "./audit.mjs";

const { PORT, JWT_SECRET } = process.env;
const app = express();

function authenticate(request, response, next) {
  try {
    request.claims = jwt.verify(request.get("X-Auth-Token") ?? "", JWT_SECRET, { algorithms: ["HS256"] });
  } catch {
    throw new Refusal(401);
  }
  next();
}

app.get("/v3/:project_id/audit/summary/:busi_type/task-status", authenticate, (request, response) => {
  response.json(show(request.params.project_id, request.params.busi_type, request.claims.project_id));
});

app.use(() => {
  throw new Refusal(400);
});

app.use((error, request, response, next) => {
  const refusal = error instanceof Refusal ? error : new Refusal(error.status === 400 ? 400 : 500);
  response.status(refusal.status).json(refusal.body());
});

app.listen(Number(PORT), "127.0.0.1");
