// The operation in Fastify, its parameters and answers declared by schema.
import Fastify from "fastify";
import { Refusal, show } from "./audit.mjs";

const { PORT, TOKEN, PROJECT_ID } = process.env;
// Its router answers 404 for a segment of over 100 characters, where the page documents
// 400; MAX_PARAM_LENGTH= leaves it at that.
const maxParamLength = Number(process.env.MAX_PARAM_LENGTH ?? 8192) || undefined;
const app = Fastify({ routerOptions: maxParamLength ? { maxParamLength } : {} });

const integer = { type: "integer" };
const string = { type: "string" };

app.get(
  "/v3/:project_id/audit/summary/:busi_type/task-status",
  {
    schema: {
      params: {
        type: "object",
        properties: {
          project_id: { type: "string", minLength: 32, maxLength: 64 },
          busi_type: { enum: ["audit", "risk"] },
        },
      },
      response: {
        200: {
          type: "object",
          properties: {
            id: integer,
            project_id: string,
            busi_type: string,
            task_switch: string,
            task_status: string,
            total_num: integer,
            completed_num: integer,
            begin_time: integer,
            end_time: integer,
            query_begin_time: integer,
            query_end_time: integer,
          },
        },
      },
    },
    onRequest: async (request) => {
      if (request.headers["x-auth-token"] !== TOKEN) throw new Refusal(401);
    },
  },
  async (request) => show(request.params.project_id, request.params.busi_type, PROJECT_ID),
);

app.setErrorHandler((error, request, reply) => {
  const refusal =
    error instanceof Refusal ? error : new Refusal(error.validation || error.statusCode === 400 ? 400 : 500);
  reply.code(refusal.status).send(refusal.body());
});

await app.listen({ port: Number(PORT), host: "127.0.0.1" });
