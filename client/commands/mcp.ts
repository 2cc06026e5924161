import type { Command } from "commander";
import type { McpOptions } from "../mcp/open.ts";
import { withBroker } from "../options.ts";
import { version } from "../version.ts";

/** `latchkey mcp`: access as tools of a model. */
export function addMcp(latchkey: Command): void {
  const mcp = latchkey
    .command("mcp")
    .description("Serve access to a model as MCP tools, on stdio or on a port of this machine.")
    .option("--file <file>", "the profiles and commands (else latchkey.yaml here or above)")
    .option("--http <port>", "streamable HTTP on 127.0.0.1 instead of stdio; clients show a token")
    .option(
      "--token-file <file>",
      "where the token is, or is made (else LATCHKEY_MCP_TOKEN, ~/.config/latchkey/mcp-token)",
    )
    .option("--keep", "leave grants to their windows when the client goes, instead of giving them back");
  withBroker(mcp).action(async (options: McpOptions) => {
    // Loaded here and not above: `latchkey --help` has to come at once.
    const { openMcp } = await import("../mcp/open.ts");
    const { whenStopped } = await import("../stop.ts");
    const stop = whenStopped();
    try {
      await openMcp(options, version, stop.signal);
    } finally {
      stop.close();
    }
  });
}
