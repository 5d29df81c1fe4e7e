// Lists the paths of an OpenAPI document one by one where a path parameter has listed
// values, each with an example that names its own value: as far as a mock can be led
// that takes its reply from an example and never from the request.
// Usage: node literal.mjs OPENAPI.json > DOCUMENT.json
import { readFileSync } from "node:fs";

const document = JSON.parse(readFileSync(process.argv[2], "utf8"));

for (const [path, methods] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const listed = operation.parameters.filter(
      ({ in: place, schema }) => place === "path" && schema.enum,
    );
    for (const { name, schema } of listed) {
      for (const value of schema.enum) {
        const own = structuredClone(operation);
        own.operationId += `-${value}`;
        own.parameters = own.parameters.filter((parameter) => parameter.name !== name);
        for (const response of Object.values(own.responses)) {
          const examples = response.content?.["application/json"]?.examples ?? {};
          for (const example of Object.values(examples)) {
            if (name in example.value) example.value[name] = value;
          }
        }
        document.paths[path.replace(`{${name}}`, value)] ??= {};
        document.paths[path.replace(`{${name}}`, value)][method] = own;
      }
    }
  }
}
console.log(JSON.stringify(document, null, 2));
