// Scene 7, as a process of its own: an auditor with Athena and the signed API. Arguments: since (ISO), grant ids.
import { setTimeout as sleep } from "node:timers/promises";
import { bold, dim } from "../../client/progress.ts";
import { type QueryValues, renderQuery } from "../../functions/core/audit/named-queries.ts";
import { athena, type QueryRow } from "../athena.ts";
import { requireLocalJson } from "../local-json.ts";
import { runTool } from "../progress.ts";
import { signedClient } from "../signed-client.ts";
import { openReport } from "./report.ts";

const BESIDE = ["request.refused", "record.read", "flag.raised", "flag.acted"];
type Timeline = { timeline: { type: string; time: string }[]; window: { startsAt?: string } };

function table(rows: readonly QueryRow[], columns: Record<string, string>): void {
  const shown = rows.map((row) => Object.keys(columns).map((column) => row[column] ?? ""));
  const titles = Object.values(columns);
  const widths = titles.map((title, index) =>
    Math.max(title.length, ...shown.map((cells) => cells[index]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  console.log(`  ${bold(line(titles))}`);
  for (const cells of shown) console.log(`  ${line(cells)}`);
}

await runTool(async () => {
  const [since = "", ...grants] = process.argv.slice(2);
  const local = requireLocalJson();
  const report = openReport();
  const call = signedClient(local, "colin");
  const ask = (name: string, values: QueryValues) => athena(local, "colin", renderQuery(name, values));

  for (const grant of grants) {
    const { status, body } = await call("GET", `/grants/${grant}`);
    if (status !== 200) throw new Error(`GET /grants/${grant} answered ${status}`);
    const truth = (body as Timeline).timeline.map((entry) => entry.type).sort();
    const found = await report.does(
      (rows: QueryRow[]) => `grant ${grant}: Athena has all ${rows.length} of its events`,
      async () => {
        // The stream is read and exported within seconds; wait for it as an auditor would not have to.
        for (let tries = 0; ; tries += 1) {
          const rows = await ask("grant-timeline", { grant });
          // What was refused about a grant (a link used twice), who read it (this very auditor), and red flags (here, a
          // stage that was approved sooner than anybody reads) are in the record too, beside the grant's own timeline.
          const types = rows.map((row) => row.event_type ?? "").filter((type) => !BESIDE.includes(type));
          if (JSON.stringify(types.sort()) === JSON.stringify(truth)) return rows;
          if (tries === 60)
            throw new Error(`the table has ${truth.join(", ")}; Athena has ${types.join(", ")}`);
          await sleep(500);
        }
      },
    );
    table(
      found.map((row) => ({ ...row, event_time: row.event_time?.slice(11, 23) })),
      {
        event_time: "time",
        event_type: "event",
        actor_id: "by",
        status: "status then",
        code: "why",
        proof: "proof",
      },
    );
  }

  const [first = ""] = grants;
  const { body } = await call("GET", `/grants/${first}`);
  const at = (body as Timeline).window.startsAt ?? since;
  const within = new Date(Date.parse(at) + 30_000).toISOString();
  const had = await report.does(
    (rows: QueryRow[]) =>
      `who had access to support-conversations at ${within.slice(11, 19)}: ${rows.length} grant(s)`,
    () => ask("who-had-access", { resource: "support-conversations", at: within }),
  );
  if (!had.some((row) => row.grant_id === first))
    throw new Error("who-had-access does not name the pipeline's grant");
  table(had, {
    agent_id: "agent",
    grant_id: "grant",
    access: "access",
    approvers: "approvers",
    purpose: "purpose",
  });

  const to = new Date(Date.now() + 60_000).toISOString();
  const refused = await report.does(
    (rows: QueryRow[]) => `refusals by agent since ${since.slice(11, 19)}: ${rows.length} row(s)`,
    async () => {
      for (let tries = 0; ; tries += 1) {
        const rows = await ask("refusals-by-agent", { from: since, to });
        if (rows.some((row) => row.agent_id === "rag-indexer") || tries === 60) return rows;
        await sleep(500);
      }
    },
  );
  if (refused.length === 0) throw new Error("the refusal of this run is not in the record");
  table(refused, { agent_id: "agent", event_type: "event", code: "why", rules: "rules", refusals: "times" });
  console.log(
    dim("  (what S3 and DynamoDB refused is in the agents' own output above: the broker does not see it)"),
  );
});
