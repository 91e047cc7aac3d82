/** Asks the server: paths, queries, bodies and answers typed by its own OpenAPI document. */
import { parse } from "#util/json";
import { problemOf, unreachable } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

type Method = "get" | "post" | "patch" | "delete";
type With<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];
type Operation<P extends keyof paths, M extends Method> = M extends keyof paths[P]
  ? paths[P][M]
  : never;
type Parameters<O> = O extends { parameters: infer T } ? T : never;
type PathOf<O> = Parameters<O> extends { path: infer T } ? { path: T } : { path?: never };
type QueryOf<O> =
  Parameters<O> extends { query: infer T }
    ? { query: T }
    : {
        query?: Exclude<
          NonNullable<Parameters<O> extends { query?: infer T } ? T : never>,
          undefined
        >;
      };
type Json<T> = T extends { content: { "application/json": infer B } } ? B : undefined;
type BodyOf<O> = O extends { requestBody: infer T }
  ? { body: Json<T> }
  : { body?: O extends { requestBody?: infer T } ? Json<NonNullable<T>> : never };
type AnswerOf<O> = O extends { responses: infer R }
  ? R extends { 200: infer T }
    ? Json<T>
    : R extends { 201: infer T }
      ? Json<T>
      : undefined
  : never;
type Asked<O> = PathOf<O> & QueryOf<O> & BodyOf<O> & { signal?: AbortSignal };

/** Ask; throws a Problem for whatever is no success. */
export async function call<M extends Method, P extends With<M>>(
  method: M,
  path: P,
  asked: Asked<Operation<P, M>>,
): Promise<AnswerOf<Operation<P, M>>> {
  const { path: parameters, query } = asked as { path?: object; query?: object };
  const answer = await send(method, address(path, parameters, query), asked);
  if (!answer.ok) throw await problemOf(answer);
  const empty = answer.status === 204;
  return (empty ? undefined : parse(await answer.text())) as AnswerOf<Operation<P, M>>;
}

/** The text of an answer, for what is parsed in another way; throws a Problem like `call`. */
export async function textAt(url: string, signal: AbortSignal): Promise<string> {
  const answer = await send("get", url, { signal });
  if (!answer.ok) throw await problemOf(answer);
  return answer.text();
}

async function send(
  method: Method,
  url: string,
  { body, signal }: { body?: unknown; signal?: AbortSignal },
): Promise<Response> {
  const headers: HeadersInit = body === undefined ? {} : { "content-type": "application/json" };
  const content = body === undefined ? undefined : JSON.stringify(body);
  try {
    return await fetch(url, { method: method.toUpperCase(), headers, body: content, signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
}

/** `/api/runs/{run_id}` with its parameters filled in; lists become repeated keys. */
export function address(path: string, parameters?: object, query?: object): string {
  const given = Object.entries(parameters ?? {});
  const filled = given.reduce(
    (url, [name, value]) => url.replace(`{${name}}`, encodeURIComponent(String(value))),
    path,
  );
  const search = searchOf(query ?? {});
  return search ? `${filled}?${search}` : filled;
}

function searchOf(query: object): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    for (const one of values) {
      if (one !== undefined && one !== null && one !== "") search.append(key, String(one));
    }
  }
  return search.toString();
}
