import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetRolePolicyCommand, IAMClient } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DENY_POLICY_NAME } from "../../functions/core/deny-list.ts";
import { deployStacks, synthesize } from "../../local/cdk.ts";
import { companyOptions } from "../../local/company.ts";
import { instancePaths } from "../../local/paths.ts";
import { readServer } from "../../local/server.ts";
import { startLocal, stopLocal } from "../../local/start.ts";
import { json, type Request, type Session, signedAs } from "./kinds/session.ts";
import {
  admin,
  as,
  ask,
  BUCKETS,
  collect,
  eventually,
  local,
  look,
  pause,
  report,
  sessionOf,
} from "./world.ts";

// An instance of its own: lockdowns and two hundred revocations are no neighbours for other tests.
process.env.LATCHKEY_HOME = ".latchkey/e2e-ending";
const paths = instancePaths();
beforeAll(async () => {
  await startLocal(companyOptions(), paths);
});
afterAll(() => stopLocal(paths));

/** What an agent may have at once without a person, and the call by which its session is tried. */
type Use = { agent: string; resource: string; access: "list" | "read"; request: Request };
const listing = (bucket: string, prefix: string): Request => ({
  ...{ service: "s3", method: "GET", path: `/${bucket}`, query: { "list-type": "2", prefix } },
});
const manifests = { resource: "training-manifests", access: "list" } as const;
const evaluation = { resource: "eval-sets", access: "list" } as const;
const documents = { resource: "product-docs", access: "list" } as const;
const TRAINING = { ...manifests, request: listing(BUCKETS.training, "manifests/") };
const STAGING = { ...evaluation, request: listing(BUCKETS.staging, "eval/") };
const PRODUCTION = { ...documents, request: listing(BUCKETS.production, "docs/") };
const uses: Use[] = [
  { agent: "finetune-pipeline", ...TRAINING },
  { agent: "annotation-helper", ...TRAINING },
  { agent: "rag-indexer", ...STAGING },
  { agent: "eval-runner", ...STAGING },
  { agent: "support-assistant", ...PRODUCTION },
  { agent: "release-job", ...PRODUCTION },
  {
    ...{ agent: "finetune-pipeline", resource: "run-settings", access: "read" },
    request: json("ssm", "AmazonSSM.GetParameter", { Name: "/latchkey-example-runs/learning-rate" }),
  },
  {
    ...{ agent: "analytics-copilot", resource: "claims-by-month", access: "read" },
    request: json("glue", "AWSGlue.GetTable", { DatabaseName: "northwind", Name: "claims_by_month" }),
  },
];
const useOf = (agent: string): Use => {
  const found = uses.find((each) => each.agent === agent);
  if (!found) throw new Error(`no use of ${agent}`);
  return found;
};

type Live = { id: string; use: Use; session: Session };

async function open(use: Use, windowSeconds: number): Promise<Live> {
  const { agent, resource, access } = use;
  const { id } = await ask(agent, { resource, access, windowSeconds, purpose: "e2e ending" });
  const keys = await eventually(`${id} minted`, () => collect(agent, id).catch(() => undefined));
  return { id, use, session: signedAs(sessionOf(keys)) };
}
const isRefused = async ({ session, use }: Live): Promise<boolean> => (await session(use.request)).refused;

/** So many at a time. */
async function inTurns<A, B>(
  list: readonly A[],
  atOnce: number,
  work: (each: A) => Promise<B>,
): Promise<B[]> {
  const results: B[] = [];
  const rest = [...list.entries()];
  const worker = async (): Promise<void> => {
    for (let next = rest.shift(); next; next = rest.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

async function roleOf(id: string): Promise<string> {
  const answer = await new DynamoDBClient(await admin()).send(
    new GetItemCommand({
      TableName: local().tableName,
      Key: { pk: { S: `GRANT#${id}` }, sk: { S: "GRANT" } },
      ConsistentRead: true,
    }),
  );
  return answer.Item?.resource?.M?.role?.S ?? "";
}
async function denyList(role: string): Promise<string | undefined> {
  const on = { RoleName: role, PolicyName: DENY_POLICY_NAME };
  try {
    const { PolicyDocument } = await new IAMClient(await admin()).send(new GetRolePolicyCommand(on));
    return PolicyDocument && decodeURIComponent(PolicyDocument);
  } catch (fault) {
    if ((fault as Error).name === "NoSuchEntityException") return undefined;
    throw fault;
  }
}

const revoke = (person: string, id: string, reason = "e2e") =>
  as(person)("POST", `/grants/${id}/revoke`, { reason });
const revoked = (id: string) =>
  eventually(
    `${id} REVOKED`,
    async () => {
      const view = await look("samira", id);
      return view.status === "REVOKED" && view;
    },
    400_000,
  );
const milliseconds = (list: readonly number[]): string => {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${sorted.at(-1)} ms (${sorted.length})`;
};

describe("one grant is revoked", () => {
  let stopped: Live;
  let other: Live;

  test("I-26 two agents on one role: revoking one leaves the other reading without a failed call", async () => {
    stopped = await open(useOf("finetune-pipeline"), 600);
    other = await open(useOf("annotation-helper"), 600);
    expect(await roleOf(stopped.id)).toBe(await roleOf(other.id));
    const faults: string[] = [];
    let calls = 0;
    let on = true;
    const reading = (async () => {
      for (; on; calls += 1) {
        const { status, text } = await other.session(other.use.request);
        if (status !== 200) faults.push(text);
      }
    })();
    expect(await isRefused(stopped)).toBe(false);

    const answer = await revoke("samira", stopped.id, "leaked in a chat");
    expect(answer).toMatchObject({ status: 200, body: { status: "REVOKING", closing: { by: "samira" } } });
    const view = await revoked(stopped.id);
    // I-25: said only after calls were refused.
    expect(view.proof).toBe("probed");
    expect(await isRefused(stopped)).toBe(true);
    await pause(2_000);
    on = false;
    await reading;
    expect(calls).toBeGreaterThan(20);
    expect(faults).toEqual([]);
  });

  test("I-31 again changes nothing; a foreign or unknown id has one uniform answer; an agent cannot revoke", async () => {
    expect((await revoke("samira", stopped.id)).body).toMatchObject({ status: "REVOKED" });
    const unknown = await revoke("samira", "aaaaaaaaaaaaaaaa");
    expect(unknown).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
    expect((await revoke("rag-indexer", other.id)).body).toMatchObject({ error: { code: "not_your_role" } });
    expect((await look("samira", other.id)).status).toBe("ACTIVE");
  });

  test("I-72 a deploy that changes the access roles changes no live denial", async () => {
    const role = await roleOf(stopped.id);
    const before = await denyList(role);
    expect(before).toContain(stopped.id);
    const found = await readServer(paths);
    if (found.status !== "healthy") throw new Error("the local AWS is not up");
    const assembly = await synthesize(paths);
    const directory = join(paths.home, "changed-assembly");
    cpSync(assembly.directory, directory, { recursive: true });
    const file = join(directory, "LatchkeyAccessRoles.template.json");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replaceAll("Latchkey: sessions of", "Latchkey, once more: sessions of"),
    );
    const parameters = { "LatchkeyBroker:LocalEndpoint": found.server.endpoint };
    const stacks = ["LatchkeyAccessRoles"];
    await deployStacks(found.server, { assembly: { ...assembly, directory }, parameters, stacks }, paths);
    expect(await denyList(role)).toBe(before);
    expect(await isRefused(stopped)).toBe(true);
    expect(await isRefused(other)).toBe(false);
  });
});

describe("a lockdown", () => {
  const AGENT = "annotation-helper";

  test("I-71 of an agent with 20 live grants and 5 being minted: all are refused, and nothing more is granted", async () => {
    const use = useOf(AGENT);
    const live = await inTurns(Array.from({ length: 20 }), 6, () => open(use, 300));
    const bystander = await open(useOf("finetune-pipeline"), 300);
    const body = { resource: use.resource, access: "list", windowSeconds: 300, purpose: "e2e being minted" };
    const minting = Array.from({ length: 5 }, () => as(AGENT)("POST", "/grants", body));
    const began = Date.now();
    const set = await as("samira")("POST", "/lockdowns", {
      target: { type: "agent", id: AGENT },
      reason: "e2e: it reads what it should not",
    });
    expect(set.status).toBe(201);
    const times = await inTurns(live, 20, async (each) => {
      await eventually("refused", () => isRefused(each), 120_000);
      return Date.now() - began;
    });
    report(`lockdown of an agent with 20 live grants, to the first refused call: ${milliseconds(times)}`);
    for (const each of live) expect(await isRefused(each)).toBe(true);

    const asked = await Promise.all(minting);
    const late = asked.filter(({ status }) => status === 201).map(({ body: view }) => String(view.id));
    for (const { status, body: answer } of asked)
      if (status !== 201) expect(answer).toMatchObject({ error: { code: "locked_down" } });
    for (const id of late) {
      const given = await as(AGENT)("POST", `/grants/${id}/credentials`);
      expect(given.status, `credentials of ${id}, which was being minted`).not.toBe(200);
      await eventually(
        `${id} over`,
        async () => ["DENIED", "REVOKED"].includes((await look("samira", id)).status),
        180_000,
      );
    }
    const more = await as(AGENT)("POST", "/grants", body);
    expect(more).toMatchObject({ status: 403, body: { error: { code: "locked_down" } } });
    expect(await isRefused(bystander)).toBe(false);

    const id = String(set.body.id);
    expect((await as("samira")("GET", "/lockdowns")).body).toMatchObject({
      lockdowns: [{ id, by: "samira" }],
    });
    const own = await as("samira")("DELETE", `/lockdowns/${id}?reason=over`);
    expect(own).toMatchObject({ status: 403 });
    const lifted = await as("noor")("DELETE", `/lockdowns/${id}?reason=looked+into+it`);
    expect(lifted.status).toBe(200);
    const again = await open(use, 60);
    expect(await isRefused(again)).toBe(false);
    for (const each of live) expect(await isRefused(each), "what was stopped stays stopped").toBe(true);
  });
});

describe("a flood", () => {
  test("I-29 200 simultaneous revocations over 5 roles: all are denied, none is lost, and the lists are cleaned", async () => {
    const [, ...flood] = uses; // one agent has two of them, and no more than 50 grants at once
    const wanted = Array.from({ length: 200 }, (_, index) => flood[index % flood.length] as Use);
    const opened = Date.now();
    const live = await inTurns(wanted, 8, (use) => open(use, 240));
    report(`200 grants asked for, minted and collected in ${Date.now() - opened} ms`);
    const roles = [...new Set(await inTurns(live, 8, ({ id }) => roleOf(id)))];
    expect(roles.length).toBe(5);
    const began = Date.now();
    const times = await inTurns(live, 50, async (each) => {
      const called = Date.now();
      const answer = await revoke("samira", each.id);
      const answered = Date.now();
      if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
      await eventually("refused", () => isRefused(each), 300_000);
      return { answered: answered - called, refused: Date.now() - called };
    });
    report(`200 revocations over ${roles.length} roles in ${Date.now() - began} ms`);
    report(`  from a call to its answer: ${milliseconds(times.map(({ answered }) => answered))}`);
    report(`  from a call to the first refused one: ${milliseconds(times.map(({ refused }) => refused))}`);
    const proofs = await inTurns(live, 8, async ({ id }) => (await revoked(id)).proof ?? "none");
    report(
      `  all REVOKED after ${Date.now() - began} ms: ${proofs.filter((proof) => proof === "probed").length} probed`,
    );
    for (const proof of proofs) expect(["probed", "expired"]).toContain(proof);
    for (const each of live) expect(await isRefused(each)).toBe(true);
    const ends = await inTurns(live, 8, async ({ id }) =>
      Date.parse((await look("samira", id)).window.endsAt ?? ""),
    );
    await pause(Math.max(0, Math.max(...ends) - Date.now()));
    await eventually(
      "the lists are cleaned",
      async () => {
        const lists = await Promise.all(roles.map(denyList));
        return lists.every((list) => live.every(({ id }) => !list?.includes(id)));
      },
      240_000,
    );
  }, 900_000);
});
