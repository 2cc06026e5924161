import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetExecutionHistoryCommand, SFNClient } from "@aws-sdk/client-sfn";
import { beforeAll, describe, expect, test } from "vitest";
import {
  admin,
  as,
  ask,
  collect,
  eventually,
  inState,
  invitation,
  local,
  look,
  openPage,
  submitForm,
  type View,
} from "./world.ts";

// Counted from real executions, as the design's section 7 says: page views, polls, sweep and exporter apart.
const FUNCTIONS = [
  "grants-api",
  "credentials-api",
  "ask-approvers",
  "approval-page",
  "decisions-api",
  "mint-credentials",
  "end-access",
  "revoke-access",
];

type Line = { code: string; grantId?: string; writes?: number; route?: string; method?: string };

/** A poll reads; a page view reads: neither is part of what a grant costs. */
const counts = ({ code, route, method }: Line): boolean => {
  if (code === "run.done" || code === "run.failed") return true;
  return (code === "api.answered" || code === "api.refused") && route !== "getGrant" && method !== "GET";
};

async function linesAbout(grant: string): Promise<Line[]> {
  const logs = new CloudWatchLogsClient(await admin());
  const all = await Promise.all(
    FUNCTIONS.map(async (name) => {
      const { events = [] } = await logs.send(
        new FilterLogEventsCommand({ logGroupName: `/aws/lambda/latchkey-${name}` }),
      );
      return events.flatMap(({ message = "" }) => message.split("\n")).filter((text) => text.startsWith("{"));
    }),
  );
  const lines = all.flat().map((text) => JSON.parse(text) as Line);
  return lines.filter((line) => line.grantId === grant && counts(line));
}

async function statesEntered(grant: string): Promise<string[]> {
  const sfn = new SFNClient(await admin());
  const executionArn = `${local().stateMachineArn.replace(":stateMachine:", ":execution:")}:${grant}`;
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  return events.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []);
}

async function bill(grant: string, runs: number) {
  const lines = await eventually("the log lines", async () => {
    const found = await linesAbout(grant);
    return found.length >= runs && found;
  });
  return {
    runs: lines.length,
    writes: lines.reduce((sum, line) => sum + (line.writes ?? 0), 0),
    states: await statesEntered(grant),
  };
}

// Together, as each waits a window out. The first is of an agent that nobody else asks for meanwhile, and the asks come one
// by one: the very first ask of an agent pins its identity, and a write that another's came before is made, and counted, again.
describe.concurrent("what a grant costs", () => {
  const asked = {} as { routine: View; staged: View; medical: View };
  const window = { access: "list", windowSeconds: 60, purpose: "e2e bill" };
  beforeAll(async () => {
    asked.routine = await ask("annotation-helper", { resource: "training-manifests", ...window });
    asked.staged = await ask("support-assistant", { resource: "claims", ...window });
    asked.medical = await ask("support-assistant", { resource: "medical-reports", ...window });
  });

  test("auto-approved: at most 6 states, 5 write requests, 4 runs", async () => {
    const { id } = asked.routine;
    await collect("annotation-helper", id);
    await eventually("the end", async () => (await look("annotation-helper", id)).status === "ENDED", 90_000);
    const { runs, writes, states } = await bill(id, 4);
    expect(states).toEqual([
      "What comes next",
      "Mint credentials",
      "What comes next",
      "Wait to end",
      "End access",
    ]);
    expect(states.length).toBeLessThanOrEqual(6);
    expect({ runs, writes }).toEqual({ runs: 4, writes: 5 });
  });

  test("with one stage: at most 8 states, 7 write requests, 6 runs", async () => {
    const { id } = asked.staged;
    const { link, code } = await invitation(id, "priya.raman@northwind.example");
    await openPage(link);
    await submitForm(link, { decision: "approve", code });
    await collect("support-assistant", id);
    await inState("support-assistant", id, "ACTIVE");
    await eventually("the end", async () => (await look("support-assistant", id)).status === "ENDED", 90_000);
    const { runs, writes, states } = await bill(id, 6);
    expect(states.length).toBeLessThanOrEqual(8);
    expect({ runs, writes }).toEqual({ runs: 6, writes: 7 });
  });

  test("with two stages and three people: at most 10 states, a write and a run more for each stage and each word", async () => {
    const { id, digest } = asked.medical;
    for (const address of ["priya.raman@northwind.example", "tomas.herrera@northwind.example"]) {
      const { link, code } = await invitation(id, address);
      expect((await submitForm(link, { decision: "approve", code })).status).toBe(200);
    }
    const word = { decision: "approve", stage: 2, digest };
    expect((await as("ingrid")("POST", `/grants/${id}/decision`, word)).status).toBe(200);
    await collect("support-assistant", id);
    await eventually("the end", async () => (await look("support-assistant", id)).status === "ENDED", 90_000);
    const { runs, writes, states } = await bill(id, 9);
    expect(states.length).toBeLessThanOrEqual(10);
    expect({ runs, writes }).toEqual({ runs: 4 + 2 + 3, writes: 5 + 2 + 3 });
  });
});
