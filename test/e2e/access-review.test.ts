import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chainEventId } from "../../functions/core/audit/event.ts";
import { projectRoot } from "../../local/paths.ts";
import { cli, here, start } from "./latchkey.ts";
import { newHourOfMails } from "./mails.ts";
import { copyRecord } from "./record-copy.ts";
import { as, ask, collect, invitation, local, look, submitForm } from "./world.ts";

const place = mkdtempSync(join(tmpdir(), "latchkey-review-"));
const [record, pack, jwks] = [join(place, "record"), join(place, "pack"), join(place, "jwks.json")];
const month = new Date().toISOString().slice(0, 7);
const policy = join(projectRoot, "policy");

const latchkey = (...args: string[]) => start(process.execPath, [cli, "review", ...args]).ended;
const make = (...args: string[]) =>
  latchkey("--month", month, "--events", record, "--policy", policy, "--out", pack, ...args);
const verify = (...args: string[]) => latchkey("verify", pack, "--jwks", jwks, ...args);
const signOff = (...args: string[]) => latchkey("sign-off", pack, ...args, ...here("access-reviewer"));
const kept = (group: string) => JSON.parse(readFileSync(join(pack, `sign-off-${group}.json`), "utf8"));

const lastEvent = async (identity: string, id: string): Promise<string> => {
  const { timeline = [] } = await look(identity, id);
  return chainEventId(id, Math.max(...timeline.map(({ sequence = 0 }) => sequence)));
};

beforeAll(async () => {
  await newHourOfMails();
  const grant = await ask("eval-runner", {
    ...{ resource: "eval-sets", access: "read", windowSeconds: 60, purpose: "=e2e review" },
  });
  await collect("eval-runner", grant.id);
  await copyRecord(record, [await lastEvent("eval-runner", grant.id)]);
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("the access review of a real deployment", () => {
  test("no agent but the reviewer has one signed, and then there is no pack", async () => {
    const { code, err } = await make("--sign", ...here("support-assistant"));
    expect({ code, err }).toEqual({ code: 77, err: expect.stringContaining("are kept apart") });
    expect(readdirSync(place)).not.toContain("pack");
  });

  test("is made from the record, signed by the permit of an action, and holds offline", async () => {
    expect(await make("--sign", ...here("access-reviewer"))).toMatchObject({ code: 0 });
    // A key is published from its first use on.
    writeFileSync(jwks, await (await fetch(`${local().approvalUrl}/.well-known/jwks.json`)).text());
    expect(readdirSync(pack).sort()).toEqual(
      [
        ...["asked.csv", "decided.csv", "effective.csv", "exceptions.csv", "index.html", "jwks.json"],
        ...["manifest.json", "policy-changes.csv", "signature.jwt", ...(hasUse() ? ["used.csv"] : [])],
      ].sort(),
    );
    expect(readFileSync(join(pack, "asked.csv"), "utf8")).toContain(",'=e2e review,");
    const manifest = JSON.parse(readFileSync(join(pack, "manifest.json"), "utf8"));
    expect(manifest).toMatchObject({ month, isOver: false, lastInForce: manifest.policyVersion });
    const { code, out } = await verify();
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("is as it was signed") });
    expect(out).toContain("for access-reviewer (grant ");
  });

  test("is signed off by its owners through the links of their mails, and held to the record", async () => {
    const groups = ["--group", "data-owners", "--group", "finance"];
    expect(await signOff(...groups, "--no-wait")).toMatchObject({ code: 75 });
    const [owners, finance] = [kept("data-owners"), kept("finance")];
    expect([owners.state, finance.state]).toEqual(["waiting", "waiting"]);

    const asked = await invitation(owners.grant, "ingrid.solberg@northwind.example");
    expect(asked.mail.text).toContain(owners.manifest);
    const { link, code } = asked;
    expect((await submitForm(link, { decision: "approve", code })).status).toBe(200);
    const other = await invitation(finance.grant, "mei.tanaka@northwind.example");
    const no = { decision: "reject", code: other.code, comment: "two payments are missing" };
    expect((await submitForm(other.link, no)).status).toBe(200);

    const settled = await signOff(...groups);
    expect(settled).toMatchObject({
      code: 78,
      out: "data-owners signed it off: ingrid\nfinance REJECTED it: mei\n",
    });
    expect(kept("data-owners")).toMatchObject({ grant: owners.grant, state: "signed_off" });
    expect(readdirSync(pack)).toContain("sign-off-data-owners.jwt");

    const ids = [kept("data-owners").grant, kept("finance").grant];
    await copyRecord(record, await Promise.all(ids.map((id) => lastEvent("access-reviewer", id))));
    const { code: verified, out } = await verify("--events", record);
    expect({ verified, out }).toEqual({
      verified: 0,
      out: expect.stringContaining("sign-off   data-owners signed it off: ingrid"),
    });
    expect(out).toContain("sign-off   finance REJECTED it: mei");
    expect(await verify("--events", record, "--complete")).toMatchObject({
      code: 75,
      err: expect.stringContaining("finance"),
    });
  });

  test("does not hold when somebody else is named as who signed it off", async () => {
    const file = join(pack, "sign-off-data-owners.json");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace('"person":"ingrid"', '"person":"kwame"'));
    const { code, out } = await verify("--events", record);
    writeFileSync(file, text);
    expect({ code, out }).toEqual({
      code: 1,
      out: expect.stringContaining(
        "sign-off-data-owners.json and the record differ in approved: by the record, data-owners signed it off: ingrid.",
      ),
    });
  });

  test("is not signed off by what somebody has put into the pack", async () => {
    const file = join(pack, "sign-off-finance.json");
    const { rejected, ...said } = kept("finance");
    const planted = { ...said, state: "signed_off", grant: kept("data-owners").grant, approved: [rejected] };
    writeFileSync(file, JSON.stringify(planted));
    expect(await verify("--events", record)).toMatchObject({
      code: 1,
      out: expect.stringContaining("sign-off   finance REJECTED it: mei"),
    });
    expect(await signOff("--group", "finance", "--no-wait")).toMatchObject({
      ...{ code: 78, out: "finance REJECTED it: mei\n" },
    });
    expect(kept("finance")).toEqual({ ...said, rejected });
    expect(await verify("--events", record)).toMatchObject({ code: 0 });
  });

  test("an agent of production cannot ask an owner to sign anything off", async () => {
    const { grant, v, of, state, approved, parametersDigest, ...parameters } = kept("data-owners");
    const body = {
      type: "sign-off-access-review",
      purpose: "e2e",
      parameters: { ...parameters, agents: 1, grants: 0, exceptions: 0 },
    };
    expect(await as("support-assistant")("POST", "/actions", body)).toMatchObject({ status: 403 });
  });
});

/** Other tests on the same local AWS may have imported use. */
const hasUse = (): boolean => readdirSync(record).includes("usage");
