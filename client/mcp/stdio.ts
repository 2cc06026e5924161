import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import type { McpDeps } from "./deps.ts";
import { mcpServer } from "./server.ts";
import { openSession } from "./session.ts";

export type Serving = { version: string; keep: boolean };
type Wire = NonNullable<NonNullable<Parameters<typeof serveStdio>[1]>["transport"]>;

/**
 * Serves one client until it closes the wire or `stopped` is aborted, then gives back what it asked for.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#stdio
 */
export async function serveWire(
  deps: McpDeps,
  { version, keep }: Serving,
  stopped: AbortSignal,
  wire: Wire = new StdioServerTransport(),
): Promise<void> {
  const session = openSession(deps, { keep });
  // Made anew for each generation of the protocol that the client tries; what is held is the session's.
  const handle = serveStdio(() => mcpServer({ deps, session }, version), {
    transport: wire,
    onerror: ({ message }) => deps.tell(message),
  });
  await new Promise<void>((over) => {
    const { onclose } = wire;
    wire.onclose = () => {
      onclose?.();
      over();
    };
    const stop = () => void handle.close().finally(over);
    if (stopped.aborted) stop();
    stopped.addEventListener("abort", stop, { once: true });
  });
  await session.close();
}
