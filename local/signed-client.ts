import { signedFetch } from "../functions/aws/signed-fetch.ts";
import type { LocalJson } from "./local-json.ts";

/** An answer of the signed API. `body` is what it said, parsed. */
type ApiAnswer = { status: number; body: Record<string, unknown> };
export type SignedCall = (
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<ApiAnswer>;

/** Calls the signed API as one identity of local.json, signed with SigV4 (service `execute-api`). */
export function signedClient(local: LocalJson, identity: string): SignedCall {
  const credentials = local.identities[identity];
  if (!credentials) throw new Error(`local.json has no identity ${identity}.`);
  const { region } = local;
  return async (method, path, body, headers = {}) => {
    const response = await signedFetch({
      url: new URL(`${local.apiUrl}${path}`),
      method,
      service: "execute-api",
      region,
      credentials,
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
}
