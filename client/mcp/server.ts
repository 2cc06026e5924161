import { type CallToolResult, McpServer } from "@modelcontextprotocol/server";
import { faultOf } from "./answer.ts";
import * as schemas from "./schemas.ts";
import { accessStatus } from "./tools/access-status.ts";
import { listAccess } from "./tools/list-access.ts";
import { readMasked } from "./tools/read-masked.ts";
import { releaseAccess } from "./tools/release-access.ts";
import { requestAccess } from "./tools/request-access.ts";
import { requestActionApproval } from "./tools/request-action-approval.ts";
import { runWithAccess } from "./tools/run-with-access.ts";
import type { Tools } from "./wait.ts";

const INSTRUCTIONS = `Latchkey gives this agent access to AWS resources for a short time, when policy or people allow it.
list_access says what there is. request_access asks: for the smallest scope and the shortest window that the task needs.
run_with_access runs a listed command with access. read_masked reads rows with tokens in place of what is personal: prefer
it wherever the shape of the data is enough. request_action_approval has one high-impact thing approved, exactly as it is,
before it is done: never do such a thing without. release_access gives it back: do so as soon as the work is done.
Secret keys never come through these tools. A no comes with reasons and with smaller asks that would pass.`;

/** A server with the seven tools. One a connection; what it holds is the session's. */
export function mcpServer(tools: Tools, version: string): McpServer {
  const { deps } = tools;
  const server = new McpServer(
    { name: "latchkey", title: "Latchkey", version },
    { instructions: INSTRUCTIONS },
  );
  /** What a tool throws is told in words, so that no stack and no secret is in it. */
  const told = async (work: Promise<CallToolResult>): Promise<CallToolResult> => {
    try {
      return await work;
    } catch (error) {
      return faultOf(error, deps);
    }
  };
  const reads = { readOnlyHint: true, idempotentHint: true, openWorldHint: false } as const;

  server.registerTool(
    "list_access",
    {
      title: "What may be asked for",
      description: "Lists the resources, profiles and commands that this agent may ask for.",
      inputSchema: schemas.noInput,
      outputSchema: schemas.listOut,
      annotations: reads,
    },
    () => told(listAccess(deps)),
  );
  server.registerTool(
    "request_access",
    {
      title: "Ask for access",
      description:
        "Asks for one access to one resource for a time. Answers active, pending (people are asked), or a no with alternatives.",
      inputSchema: schemas.requestIn,
      outputSchema: schemas.accessOut,
      // It changes what this agent may do, not data; people may get mail of it.
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    },
    (given, context) => told(requestAccess(tools, given, context)),
  );
  server.registerTool(
    "request_action_approval",
    {
      title: "Have one thing approved",
      description:
        "Asks that one thing be done, once, with exactly these parameters. Answers approved, pending (people are asked), performed, or a no with reasons.",
      inputSchema: schemas.approvalIn,
      outputSchema: schemas.approvalOut,
      // Approved, it may be done at once: by Latchkey itself, or by the command.
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
    },
    (given, context) => told(requestActionApproval(tools, given, context)),
  );
  server.registerTool(
    "read_masked",
    {
      title: "Read masked rows",
      description:
        "One page of a resource's rows, with tokens in place of what is personal. Asks for access where there is none yet.",
      inputSchema: schemas.readIn,
      outputSchema: schemas.readOut,
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: true },
    },
    (given, context) => told(readMasked(tools, given, context)),
  );
  server.registerTool(
    "access_status",
    {
      title: "How access stands",
      description:
        "How a grant stands, waiting for people for a while if told to; or all grants of this session.",
      inputSchema: schemas.statusIn,
      outputSchema: schemas.statusOut,
      annotations: reads,
    },
    (given, context) => told(accessStatus(tools, given, context)),
  );
  server.registerTool(
    "release_access",
    {
      title: "Give access back",
      description: "Ends a grant of this agent, or takes an ask back. Nothing else is changed by it.",
      inputSchema: schemas.releaseIn,
      outputSchema: schemas.accessOut,
      // The safe direction: no client should ask a person before it.
      annotations: {
        readOnlyHint: false,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
    },
    (given) => told(releaseAccess(tools, given)),
  );
  const names = Object.keys(deps.file?.content.commands ?? {});
  server.registerTool(
    "run_with_access",
    {
      title: "Run a listed command with access",
      description: `Runs a command that people listed, with the grant's credentials in its environment, and answers its output. ${
        names.length > 0 ? `There is: ${names.join(", ")}.` : "None is listed here."
      }`,
      inputSchema: schemas.runIn,
      outputSchema: schemas.runOut,
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    },
    (given, context) => told(runWithAccess(tools, given, context)),
  );
  return server;
}
