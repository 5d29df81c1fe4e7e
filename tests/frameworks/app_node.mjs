// The operation on Node's own server.
import { createServer } from "node:http";
import { Refusal, show } from "./audit.mjs";

const { PORT, TOKEN, PROJECT_ID } = process.env;
const ROUTE = /^\/v3\/([^/?]+)\/audit\/summary\/([^/?]+)\/task-status$/;

function answer(request) {
  if (request.headers["x-auth-token"] !== TOKEN) throw new Refusal(401);
  const match = ROUTE.exec(request.url);
  if (!match) throw new Refusal(400);
  return show(decodeURIComponent(match[1]), decodeURIComponent(match[2]), PROJECT_ID);
}

createServer((request, response) => {
  let status = 200;
  let body;
  try {
    body = answer(request);
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(error instanceof URIError ? 400 : 500);
    status = refusal.status;
    body = refusal.body();
  }
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}).listen(Number(PORT), "127.0.0.1");
