import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { localhostHostValidation, originValidation, toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, isLegacyRequest } from "@modelcontextprotocol/server";
import type { McpDeps } from "./deps.ts";
import { httpSessions } from "./http-sessions.ts";
import { mcpServer } from "./server.ts";
import { openSession } from "./session.ts";
import type { Serving } from "./stdio.ts";
import { showsToken } from "./token.ts";

const HOST = "127.0.0.1";
const PATH = "/mcp";
const MOST_BODY = 256 * 1024;
const SWEEP_MS = 60_000;

export type HttpServing = Serving & { port: number; token: string };

/**
 * Whether a request may be looked at: sent to this machine by name (a page that rebinds DNS sends its own), not from a web
 * page (those send an Origin; clients that are programs do not), and with the token. Else it is answered.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning
 */
function isAdmitted(token: string): (request: IncomingMessage, response: ServerResponse) => boolean {
  const [host, origin] = [localhostHostValidation(), originValidation([])];
  return (request, response) => {
    if (!host(request, response) || !origin(request, response)) return false;
    if (showsToken(request.headers.authorization, token)) return true;
    response.writeHead(401, { "www-authenticate": "Bearer", "content-type": "text/plain" });
    response.end("Send the token of `latchkey mcp --http` as: Authorization: Bearer …\n");
    return false;
  };
}

/**
 * Serves on this machine alone until `stopped` is aborted, then gives back what clients asked for. Clients of the protocol
 * without sessions (2026-07-28) share one: they have shown the same token.
 */
export async function serveHttp(
  deps: McpDeps,
  { port, token, ...serving }: HttpServing,
  stopped: AbortSignal,
  onListening: (url: string) => void = () => undefined,
): Promise<void> {
  const shared = openSession(deps, { keep: serving.keep });
  const options = { onerror: ({ message }: Error) => deps.tell(message), maxRequestBodySize: MOST_BODY };
  const modern = createMcpHandler(() => mcpServer({ deps, session: shared }, serving.version), {
    ...options,
    legacy: "reject",
  });
  const sessions = httpSessions(deps, serving);
  const handle = toNodeHandler(
    {
      fetch: async (request, more) =>
        (await isLegacyRequest(request, more?.parsedBody, options))
          ? sessions.fetch(request)
          : modern.fetch(request, more),
    },
    options,
  );
  const admits = isAdmitted(token);
  const server = createServer((request, response) => {
    if (!admits(request, response)) return;
    // As it stands: what is no URL (`//`) would be thrown here, where nobody catches.
    if (request.url?.split("?")[0] !== PATH) {
      response.writeHead(404).end();
      return;
    }
    const id = request.headers["mcp-session-id"];
    response.once("close", sessions.came(typeof id === "string" ? id : undefined));
    handle(request as Parameters<typeof handle>[0], response).catch(options.onerror);
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(port, HOST, listening);
  });
  onListening(`http://${HOST}:${(server.address() as AddressInfo).port}${PATH}`);
  const sweeping = setInterval(() => sessions.sweep(), SWEEP_MS);
  await new Promise<void>((over) => {
    if (stopped.aborted) over();
    stopped.addEventListener("abort", () => over(), { once: true });
  });
  clearInterval(sweeping);
  server.close();
  await Promise.all([sessions.close(), modern.close().then(() => shared.close())]);
  server.closeAllConnections();
}
