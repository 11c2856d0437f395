import { ok as assert } from "node:assert";
import type { Operation } from "./operations.ts";
import { operations } from "./operations.ts";
import { problemSchema, SLUG_PATTERN, TICKET_KEY_PATTERN } from "./wire.ts";

export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, PathOperation>>>>;
  readonly components: { readonly schemas: { readonly Problem: typeof problemSchema } };
}

export interface PathOperation extends Operation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
}

interface Parameter {
  readonly name: string;
  readonly in: "path";
  readonly required: true;
  readonly description: string;
  readonly schema: { readonly type: "string"; readonly pattern?: string };
}

export interface Route {
  readonly method: string;
  readonly path: string;
}

const PATH_PARAMETERS: Readonly<
  Record<string, { readonly description: string; readonly pattern?: string }>
> = {
  event: { description: "The event's slug", pattern: SLUG_PATTERN },
  key: { description: "The ticket's key, 128 bits in base64url", pattern: TICKET_KEY_PATTERN },
  gateway: { description: "Name of an SMS gateway of the settings" },
  message: { description: "Id of a message of the inbox" },
  filename: { description: "Name of a file attached to it" },
};

/** OpenAPI 3.1.0 of the routes as they are served. */
export function openApiDocument(routes: readonly Route[], publicUrl: string): OpenApiDocument {
  const paths: Record<string, Record<string, PathOperation>> = {};
  for (const { method, path } of routes) {
    const operation = operations[`${method} ${path}`];
    assert(operation !== undefined, `${method} ${path} is not described`);
    const template = path.replace(/:(\w+)/g, "{$1}");
    const calls = (paths[template] ??= {});
    calls[method.toLowerCase()] = {
      operationId: operationId(method, path),
      ...operation,
      parameters: parametersOf(path),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Floodgate",
      version: "1.0.0",
      description:
        "Registration that opens to a flood. Errors are RFC 9457 problems with a stable code. Any other method is 405 with Allow, any other address 404.",
    },
    servers: [{ url: publicUrl }],
    paths,
    components: { schemas: { Problem: problemSchema } },
  };
}

function parametersOf(path: string): readonly Parameter[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => {
    const known = PATH_PARAMETERS[name];
    assert(known !== undefined, `the parameter ${name} of ${path} is not described`);
    const { description, ...form } = known;
    return { name, in: "path", required: true, description, schema: { type: "string", ...form } };
  });
}

function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return [method.toLowerCase(), ...words].join("-");
}
