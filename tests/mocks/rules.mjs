// Adds to a Mockoon environment, imported from an exported OpenAPI document, the rules
// that the import leaves out: with them the mock answers as the page documents.
// Usage: node rules.mjs OPENAPI.json IMPORTED.json > ENVIRONMENT.json
//
// The environment takes its token from MOCKOON_TOKEN and the project of that token
// from MOCKOON_PROJECT_ID. 'Prefer: code=NNN' asks for a documented status, as Prism
// has it. Mockoon takes the first response that has a rule which holds, else the
// default one, so order is precedence: token, parameters, tenant, what was asked for.
import { readFileSync } from "node:fs";

const [openapi, environment] = process.argv
  .slice(2, 4)
  .map((path) => JSON.parse(readFileSync(path, "utf8")));

const rule = (target, modifier, operator, value, invert) => ({
  target, modifier, operator, value, invert,
});
const holds = (...of) => rule(...of, false);
const breaks = (...of) => rule(...of, true);
const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

// One character, be it one UTF-16 unit or two.
const CHARACTER = "[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]|[^\\uD800-\\uDFFF]";

// A rule that holds where a path parameter breaks its row.
function broken({ name, schema }) {
  if (schema.enum) {
    const values = schema.enum.map(literal).join("|");
    return breaks("params", name, "regex", `^(${values})$`);
  }
  if (schema.minLength !== undefined || schema.maxLength !== undefined) {
    const bounds = `${schema.minLength ?? 0},${schema.maxLength ?? ""}`;
    return breaks("params", name, "regex", `^(${CHARACTER}){${bounds}}$`);
  }
  return undefined;
}

for (const [path, methods] of Object.entries(openapi.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const endpoint = path.slice(1).replace(/\{([^}]+)\}/g, ":$1");
    const route = environment.routes.find(
      (route) => route.method === method && route.endpoint === endpoint,
    );
    const inPath = operation.parameters.filter((parameter) => parameter.in === "path");
    const { name: token } = openapi.components.securitySchemes.token;
    const rules = {
      401: [breaks("header", token, "equals", "{{getEnvVar 'TOKEN'}}")],
      400: inPath.map(broken).filter(Boolean),
      403: [breaks("params", "project_id", "equals", "{{getEnvVar 'PROJECT_ID'}}")],
    };
    const [success] = route.responses;
    const errors = new Map(
      route.responses
        .filter((response) => response.statusCode >= 400)
        .map((response) => [response.statusCode, response]),
    );
    const first = [401, 400, 403].filter((status) => errors.has(status));
    const rest = [...errors.keys()].filter((status) => !first.includes(status));
    const answers = [...first, ...rest].map((status) => ({
      ...errors.get(status),
      rules: [...(rules[status] ?? []), holds("header", "Prefer", "equals", `code=${status}`)],
      rulesOperator: "OR",
    }));
    // The body names what the path names.
    const body = JSON.parse(success.body);
    for (const { name } of inPath) {
      if (name in body) body[name] = `{{urlParam '${name}'}}`;
    }
    route.responses = [...answers, { ...success, body: JSON.stringify(body, null, 2) }];
  }
}
console.log(JSON.stringify(environment, null, 2));
