import { randomUUID } from "node:crypto";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";
import type { McpDeps } from "./deps.ts";
import { mcpServer } from "./server.ts";
import { openSession } from "./session.ts";
import type { Serving } from "./stdio.ts";

/** A client that says nothing for so long, with nothing open, is gone. */
const IDLE_MS = 30 * 60_000;
const MOST = 32;
const HEADER = "mcp-session-id";

type One = {
  transport: WebStandardStreamableHTTPServerTransport;
  over: Promise<void>;
  open: number;
  used: number;
};

export type HttpSessions = {
  fetch(request: Request): Promise<Response>;
  /** To be called when a request comes; what comes back, when its client has its answer or has gone away from it. */
  came(id: string | undefined): () => void;
  /** Ends the sessions of clients that are gone. */
  sweep(): void;
  close(): Promise<void>;
};

const refuse = (status: number, message: string): Response =>
  Response.json({ jsonrpc: "2.0", error: { code: -32000, message }, id: null }, { status });

/**
 * The sessions of clients that speak the protocol's generation of 2025, each with what it asked for, which is given back
 * when it ends: by DELETE, after half an hour of silence, or when this process stops.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management
 */
export function httpSessions(deps: McpDeps, { version, keep }: Serving): HttpSessions {
  const sessions = new Map<string, One>();

  async function open(): Promise<WebStandardStreamableHTTPServerTransport> {
    const session = openSession(deps, { keep });
    let over: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      over = resolve;
    });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        sessions.set(id, { transport, over: ended, open: 0, used: deps.now() });
      },
    });
    const server = mcpServer({ deps, session }, version);
    server.server.onclose = () => {
      if (transport.sessionId) sessions.delete(transport.sessionId);
      session.close().finally(over);
    };
    await server.connect(transport);
    return transport;
  }

  return {
    async fetch(request) {
      const id = request.headers.get(HEADER);
      if (id === null) {
        if (sessions.size >= MOST) return refuse(503, "Too many sessions: end one.");
        return (await open()).handleRequest(request);
      }
      const one = sessions.get(id);
      return one ? one.transport.handleRequest(request) : refuse(404, "Session not found");
    },
    came(id) {
      const one = id === undefined ? undefined : sessions.get(id);
      if (!one) return () => undefined;
      one.open += 1;
      one.used = deps.now();
      return () => {
        one.open -= 1;
        one.used = deps.now();
      };
    },
    sweep() {
      for (const { transport, open: busy, used } of sessions.values())
        if (busy === 0 && deps.now() - used > IDLE_MS) void transport.close();
    },
    async close() {
      const all = [...sessions.values()];
      await Promise.all(all.map(({ transport }) => transport.close()));
      await Promise.all(all.map(({ over }) => over));
    },
  };
}
