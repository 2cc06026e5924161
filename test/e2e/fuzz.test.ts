import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allRoutes } from "../../functions/core/api/routes.ts";
import { type Fuzzed, fuzz, installSchemathesis } from "./fuzz/schemathesis.ts";
import { newHourOfMails } from "./mails.ts";
import { as, ask, invitation, local, report } from "./world.ts";

const SIGNED = ["Grants", "Credentials", "Actions", "Masked reads", "Decisions", "Stops"];
const UNSIGNED = ["Approval page", "Public documents"];
const SPARE = "annotation-helper";
const RESOURCES = ["support-conversations", "feature-store", "claims", "product-docs"];

/** How often an operation answered with one of these statuses. */
const answered = ({ tally }: Fuzzed, operation: string, ...statuses: number[]): number =>
  Object.entries(tally)
    .filter(([key]) => statuses.some((status) => key.startsWith(`${operation} ${status} `)))
    .reduce((sum, [, count]) => sum + count, 0);
const calls = ({ tally }: Fuzzed): number => Object.values(tally).reduce((sum, count) => sum + count, 0);

describe("calls that are made up from the contract, well-formed and not", () => {
  const runs = new Map<string, Fuzzed>();
  const run = (name: string): Fuzzed =>
    runs.get(name) ?? { failed: true, said: `${name} did not run`, tally: {} };

  beforeAll(async () => {
    await installSchemathesis();
    await newHourOfMails();
    const { apiUrl, approvalUrl, region, identities } = local();
    const purpose = "made up calls";
    const own = await ask("finetune-pipeline", {
      ...{ resource: "support-conversations", access: "read", windowSeconds: 300, purpose },
    });
    const medical = { resource: "medical-reports", access: "read", windowSeconds: 300, purpose };
    const waiting = await ask("support-assistant", medical);
    const seen = await ask("support-assistant", medical);
    const { link } = await invitation(seen.id, "tomas.herrera@northwind.example");
    const token = link.slice(link.lastIndexOf("/") + 1);

    const world = { region, resources: RESOURCES, spare: SPARE };
    const by = (who: string, ids: string[]) =>
      fuzz({ name: who, url: apiUrl, tags: SIGNED, world: { ...world, ids, keys: identities[who] } });
    const done = await Promise.all([
      by("finetune-pipeline", [own.id]),
      by("priya", [waiting.id]),
      by("samira", [waiting.id, own.id]),
      fuzz({ name: "anyone", url: approvalUrl, tags: UNSIGNED, world: { ...world, ids: [], token } }),
    ]);
    for (const [index, name] of ["agent", "person", "security", "anyone"].entries())
      if (done[index]) runs.set(name, done[index]);
    for (const [name, each] of runs) report(`fuzzed as ${name}: ${calls(each)} calls`);
  }, 580_000);

  afterAll(async () => {
    const { body } = await as("noor")("GET", "/lockdowns");
    for (const { id } of body.lockdowns as { id: string }[])
      await as("noor")("DELETE", `/lockdowns/${id}?reason=made%20up`);
  });

  test.each(["agent", "person", "security", "anyone"])(
    "as %s meet no fault, no status, no code and no form that is not in it (I-53)",
    (name) => {
      const { failed, said } = run(name);
      expect(failed, said.slice(-8_000)).toBe(false);
    },
  );

  test.each(["agent", "person", "security"])("as %s are of every operation of the signed API", (name) => {
    for (const route of allRoutes.filter(({ api }) => api === "signed")) {
      const count = Object.keys(run(name).tally).filter((key) => key.startsWith(`${route.name} `)).length;
      expect(count, route.name).toBeGreaterThan(0);
    }
  });

  test.each(["agent", "person", "security"])(
    "as %s are signed, for the most part, in a way that is understood",
    (name) => {
      const { tally } = run(name);
      const refused = Object.entries(tally).filter(([key]) => key.endsWith(" forbidden"));
      expect(refused.reduce((sum, [, count]) => sum + count, 0)).toBeLessThan(calls(run(name)) / 2);
    },
  );

  test("get past the signature, the roles and the quotas: to what each identity may do", () => {
    const agent = run("agent");
    expect(answered(agent, "ask", 200, 201)).toBeGreaterThan(0);
    for (const operation of ["catalogue", "listGrants", "getGrant"])
      expect(answered(agent, operation, 200), operation).toBeGreaterThan(0);
    expect(answered(agent, "release", 200, 409)).toBeGreaterThan(0);
    expect(answered(agent, "credentials", 200, 409, 410)).toBeGreaterThan(0);

    expect(answered(run("person"), "getGrant", 200)).toBeGreaterThan(0);
    expect(answered(run("person"), "decision", 409)).toBeGreaterThan(0);
    const security = run("security");
    expect(answered(security, "setLockdown", 200, 201)).toBeGreaterThan(0);
    expect(answered(security, "listLockdowns", 200)).toBeGreaterThan(0);
    expect(answered(security, "revoke", 200)).toBeGreaterThan(0);
    expect(answered(run("anyone"), "approvalPage", 200, 410)).toBeGreaterThan(0);
    expect(answered(run("anyone"), "openapi", 200)).toBeGreaterThan(0);
  });
});
