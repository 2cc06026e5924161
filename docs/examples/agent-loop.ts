// An agent in a loop, without a framework: a model says what to call, the loop calls it through MCP and shows the model
// what came of it. Latchkey is one entry in the list of servers; nothing else here knows of it.
//
//   node --import tsx docs/examples/agent-loop.ts latchkey mcp
//
// What follows the file's name starts the server. Steps go to stderr, the result to stdout as one line of JSON.
import { pathToFileURL } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

type Call = { tool: string; arguments: Record<string, unknown> };
/** What came of a call: words for a model, the same as data, and whether it went wrong. */
type Step = Call & { text: string; data: Record<string, unknown>; isError: boolean };
type Tool = { name: string; description?: string | undefined; inputSchema: object };

/** What chooses the next call. Here goes your model's API: `tools` and the steps' `text` are all that it needs to see. */
type Model = {
  next(tools: readonly Tool[], steps: readonly Step[]): Promise<Call | { answer: string }>;
};

const MOST_STEPS = 20;
/** Longer than we wait for people in one call: a call that times out is cancelled, which takes the ask back. */
const CALL_MS = 120_000;

/** Calls what the model says until it has an answer. */
async function runAgent(client: Client, model: Model, onStep: (step: Step) => void): Promise<string> {
  const { tools } = await client.listTools();
  const steps: Step[] = [];
  while (steps.length < MOST_STEPS) {
    const next = await model.next(tools, steps);
    if ("answer" in next) return next.answer;
    const result = await client.callTool(
      { name: next.tool, arguments: next.arguments },
      { timeout: CALL_MS, onprogress: ({ message }) => message && console.error(`  … ${message}`) },
    );
    const step: Step = {
      ...next,
      text: result.content.map((part) => (part.type === "text" ? part.text : "")).join("\n"),
      data: (result.structuredContent ?? {}) as Record<string, unknown>,
      isError: result.isError === true,
    };
    steps.push(step);
    onStep(step);
  }
  return "gave up: too many steps";
}

/** One thing to get done: what to ask for, and what to run once there is access. */
type Task = { ask: Record<string, unknown>; command: string };

/**
 * Stands in for a model, so that this runs anywhere and always the same way: it reads what each tool answers and does what
 * a sensible model does. Denied: takes the first smaller ask that would pass. Pending: waits. Active: works, gives back.
 */
function scriptedModel(tasks: readonly Task[]): Model {
  const left = [...tasks];
  let where: string[] = [];
  const call = (tool: string, given: Record<string, unknown> = {}): Call => ({ tool, arguments: given });
  const nextTask = () => (left[0] ? call("request_access", left[0].ask) : { answer: "done" });
  return {
    async next(_tools, steps) {
      const last = steps.at(-1);
      if (!last) return call("list_access");
      const { tool, data } = last;
      if (tool === "list_access") {
        where = bucketOf(data, String(left[0]?.ask.resource));
        return nextTask();
      }
      if (tool === "release_access") {
        left.shift();
        return nextTask();
      }
      if (tool === "run_with_access") {
        const { grantId } = data.access as { grantId: string };
        return call("release_access", { grantId });
      }
      const [seen] = tool === "access_status" ? (data.grants as Record<string, unknown>[]) : [data];
      const { outcome, grantId, alternatives } = seen ?? {};
      if (outcome === "active")
        return call("run_with_access", { command: left[0]?.command, grantId, arguments: where });
      if (outcome === "pending") return call("access_status", { grantId, waitSeconds: 60 });
      const [smaller] = (alternatives ?? []) as Record<string, unknown>[];
      if (outcome === "denied" && smaller) return call("request_access", smaller);
      return { answer: `cannot go on: ${last.text}` };
    },
  };
}

/** Bucket and prefix of an S3 resource, by its ARN: arn:aws:s3:::bucket/prefix/*. */
function bucketOf(list: Record<string, unknown>, id: string): string[] {
  const found = (list.resources as { id: string; arn: string }[]).find((each) => each.id === id);
  const [, bucket = "", prefix = ""] = /^arn:aws:s3:::([^/]+)\/(.*)\*$/.exec(found?.arn ?? "") ?? [];
  return [bucket, prefix];
}

const tasks: Task[] = [
  // Too much: nobody may write for an hour. The names alone are offered instead, and are enough for this.
  {
    ask: {
      resource: "embedding-corpus",
      access: "write",
      window: "1h",
      purpose: "see which documents changed",
    },
    command: "list-documents",
  },
  // All of it: somebody of the platform team has to agree, and is waited for.
  {
    ask: {
      resource: "embedding-corpus",
      access: "read",
      window: "10m",
      purpose: "rebuild the retrieval index",
    },
    command: "read-documents",
  },
];

async function main([command = "latchkey", ...args]: readonly string[]): Promise<void> {
  const client = new Client({ name: "agent-loop", version: "1.0.0" });
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
  );
  await client.connect(new StdioClientTransport({ command, args, env }));
  const done: object[] = [];
  try {
    const answer = await runAgent(client, scriptedModel(tasks), ({ tool, data, text, isError }) => {
      console.error(`${tool}:\n${text.replace(/^/gm, "  ")}\n`);
      done.push({ tool, isError, ...data });
    });
    console.log(JSON.stringify({ answer, steps: done }));
  } finally {
    await client.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main(process.argv.slice(2));
