import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
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
  const signer = new SignatureV4({
    credentials,
    region: local.region,
    service: "execute-api",
    sha256: Sha256,
  });
  return async (method, path, body, headers = {}) => {
    const url = new URL(`${local.apiUrl}${path}`);
    const request = new HttpRequest({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      port: Number(url.port),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { host: url.host, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const signed = await signer.sign(request);
    const response = await fetch(url, {
      method,
      headers: signed.headers,
      ...(request.body ? { body: request.body } : {}),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
}
