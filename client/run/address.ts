import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CredentialsView } from "../../functions/core/api/schemas.ts";

export type Address = { url: string; token: string; close(): void };

const PATH = "/credentials";

/** In constant time, so that the token cannot be guessed a character at a time. */
function isSame(given: string | undefined, token: string): boolean {
  const [a, b] = [Buffer.from(given ?? ""), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

type Answer = { status: number; body: Record<string, string> };

/**
 * Serves a grant's newest credentials to one command on this machine, as containers get theirs: who has the token, on the
 * loopback interface, under this very host's name (no web page that had its name resolved to 127.0.0.1).
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * `current` throws why there are none.
 */
export async function serveCredentials(current: () => CredentialsView): Promise<Address> {
  const token = randomBytes(32).toString("base64url");
  let host = "";
  const answerTo = ({ method, url, headers }: IncomingMessage): Answer => {
    if (headers.host !== host || !isSame(headers.authorization, token))
      return { status: 403, body: { code: "Forbidden", message: "This is not yours to see." } };
    if (method !== "GET" || url !== PATH)
      return { status: 404, body: { code: "NotFound", message: `There is GET ${PATH} and nothing else.` } };
    try {
      const { AccessKeyId, SecretAccessKey, SessionToken: Token, Expiration } = current();
      return { status: 200, body: { AccessKeyId, SecretAccessKey, Token, Expiration } };
    } catch (error) {
      return { status: 410, body: { code: "GrantOver", message: (error as Error).message } };
    }
  };
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const { status, body } = answerTo(request);
    response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(JSON.stringify(body));
  };
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, serve);
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen({ host: "127.0.0.1", port: 0 }, done);
  });
  const { port } = server.address() as AddressInfo;
  host = `127.0.0.1:${port}`;
  return {
    url: `http://${host}${PATH}`,
    token,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
