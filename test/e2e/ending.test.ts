import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployStacks, synthesize } from "../../local/cdk.ts";
import { companyOptions } from "../../local/company.ts";
import { instancePaths } from "../../local/paths.ts";
import { readServer } from "../../local/server.ts";
import { startLocal, stopLocal } from "../../local/start.ts";
import {
  denyList,
  inTurns,
  isRefused,
  type Live,
  milliseconds,
  open,
  revoke,
  revoked,
  roleOf,
  useOf,
} from "./ending.ts";
import { as, eventually, look, pause, report } from "./world.ts";

// An instance of its own: lockdowns are no neighbours for other tests.
process.env.LATCHKEY_HOME = ".latchkey/e2e-ending";
const paths = instancePaths();
beforeAll(async () => {
  await startLocal(companyOptions(), paths);
});
afterAll(() => stopLocal(paths));

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
  }, 300_000);
});
