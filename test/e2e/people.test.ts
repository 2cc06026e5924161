import { beforeAll, describe, expect, test } from "vitest";
import { newHourOfMails } from "./mails.ts";
import {
  as,
  ask,
  BUCKETS,
  collect,
  eventually,
  inState,
  invitation,
  keysUnder,
  look,
  mailsAbout,
  noticesAbout,
  s3With,
  submitForm,
  type View,
} from "./world.ts";

beforeAll(newHourOfMails);

const PRIYA = "priya.raman@northwind.example";
const TOMAS = "tomas.herrera@northwind.example";

const medical = (over: Record<string, unknown> = {}) =>
  ask("support-assistant", {
    ...{ resource: "medical-reports", access: "read", windowSeconds: 300, purpose: "e2e", ticket: "E2E-1" },
    ...over,
  });
const waitingFor = async (person: string, grant: string): Promise<View | undefined> => {
  const { status, body } = await as(person)("GET", "/grants?waiting=me");
  expect(status).toBe(200);
  return (body as unknown as { grants: View[] }).grants.find(({ id }) => id === grant);
};

describe("special-category data", () => {
  test("meets three people of two groups, by link and by signed call; Slack is told; then it can be read", async () => {
    const grant = await medical();
    expect(grant.status).toBe("PENDING");
    expect(grant.decision.plan).toMatchObject([
      { stage: 1, group: "privacy", quorum: 2, status: "open" },
      { stage: 2, group: "data-owners", quorum: 1, status: "waiting" },
    ]);
    expect(grant.decision.risk?.score).toBeGreaterThan(0);
    expect(await waitingFor("ingrid", grant.id)).toBeUndefined();

    for (const address of [PRIYA, TOMAS]) {
      const { link, code } = await invitation(grant.id, address);
      expect((await submitForm(link, { decision: "approve", code })).status).toBe(200);
    }
    const mine = await eventually("what waits for Ingrid", () => waitingFor("ingrid", grant.id));
    const word = { decision: "approve", stage: 2, digest: mine.digest };
    const decide = as("ingrid");
    expect((await decide("POST", `/grants/${grant.id}/decision`, { ...word, stage: 1 })).status).toBe(409);
    expect((await decide("POST", `/grants/${grant.id}/decision`, { ...word, person: "kwame" })).status).toBe(
      400,
    );
    expect((await as("samira")("POST", `/grants/${grant.id}/decision`, word)).status).toBe(403);
    expect((await decide("POST", `/grants/${grant.id}/decision`, word)).status).toBe(200);
    expect((await decide("POST", `/grants/${grant.id}/decision`, word)).status).toBe(200);

    const s3 = s3With(await collect("support-assistant", grant.id));
    expect((await keysUnder(s3, BUCKETS.production, "medical/")).length).toBeGreaterThan(0);
    const seen = await look("support-assistant", grant.id);
    expect(seen.decision.plan.map(({ approved }) => approved.map(({ person }) => person).sort())).toEqual([
      ["priya", "tomas"],
      ["ingrid"],
    ]);
    expect(seen.timeline?.filter(({ type }) => type === "grant.approved")).toHaveLength(1);
    await as("support-assistant")("POST", `/grants/${grant.id}/release`);
    await inState("support-assistant", grant.id, "REVOKED");

    const notices = await eventually("notices in Slack", async () => {
      const found = await noticesAbout(grant.id);
      return found.length >= 4 && found;
    });
    const all = JSON.stringify(notices);
    for (const mail of await mailsAbout(grant.id)) {
      const [token = "none"] = /[A-Za-z0-9_-]{43}/.exec(mail.text) ?? [];
      expect(all).not.toContain(token);
    }
  });
});

describe("approve, reject, withdraw and decide by signed call at the same instant (I-14, I-17)", () => {
  test.each([1, 2, 3])("one of them wins, the record has one outcome: round %i", async () => {
    const grant = await ask("support-assistant", {
      ...{
        resource: "claims",
        access: "read",
        scope: { prefix: "2026/" },
        windowSeconds: 300,
        purpose: "race",
      },
    });
    const [priya, tomas] = await Promise.all([invitation(grant.id, PRIYA), invitation(grant.id, TOMAS)]);
    await Promise.all([
      submitForm(priya.link, { decision: "approve", code: priya.code }),
      submitForm(tomas.link, { decision: "reject", code: tomas.code }),
      as("support-assistant")("POST", `/grants/${grant.id}/release`),
      as("priya")("POST", `/grants/${grant.id}/decision`, {
        ...{ decision: "approve", stage: 1, digest: grant.digest },
      }),
    ]);
    const settled = await eventually("a settled grant", async () => {
      const view = await look("support-assistant", grant.id, 5);
      return !["PENDING", "APPROVED", "ACTIVATING", "REVOKING"].includes(view.status) && view;
    });
    const types = settled.timeline?.flatMap(({ sequence, type }) => (sequence ? [type] : [])) ?? [];
    const decided = types.filter((type) => /approved|rejected|cancelled/.test(type));
    if (settled.status === "REJECTED") expect(decided).toEqual(["grant.rejected"]);
    else if (settled.status === "CANCELLED") expect(decided.at(-1)).toBe("grant.cancelled");
    else expect(decided).toEqual(["grant.approved"]);
    if (["REJECTED", "CANCELLED"].includes(settled.status)) expect(types).not.toContain("grant.activated");
    if (settled.status === "ACTIVE") await as("support-assistant")("POST", `/grants/${grant.id}/release`);
  });
});

describe("an ask that is refused or has to wait", () => {
  test("is told what would pass now, as data that can be sent back as is", async () => {
    const body = { resource: "training-manifests", access: "write", windowSeconds: 600, purpose: "e2e" };
    const tried = await as("finetune-pipeline")("POST", "/grants", { ...body, dryRun: true });
    expect(tried).toMatchObject({
      status: 200,
      body: { dryRun: true, decision: { outcome: "needs_approval" } },
    });
    const { alternatives } = (tried.body as { decision: { alternatives: { change: object }[] } }).decision;
    expect(alternatives.length).toBeGreaterThan(0);
    const taken = await ask("finetune-pipeline", { ...body, ...alternatives[0]?.change });
    expect(taken.decision.outcome).toBe("allow");
    await as("finetune-pipeline")("POST", `/grants/${taken.id}/release`);
  });
});

const emergency = (over: Record<string, unknown>) =>
  ask("support-assistant", {
    ...{ resource: "claims", access: "read", windowSeconds: 300, purpose: "e2e", breakGlass: true },
    ...over,
  });

describe("break-glass", () => {
  test("gives access at once, tells who was skipped, and opens a review that blocks the next one until it is closed", async () => {
    const grant = await emergency({ purpose: "a customer is in hospital" });
    expect(grant.decision).toMatchObject({ outcome: "allow", breakGlass: { rule: expect.any(String) } });
    await collect("support-assistant", grant.id);
    const mails = await eventually("mails to those who were skipped", async () => {
      const found = await mailsAbout(grant.id);
      return found.length >= 2 && found;
    });
    expect(mails.map(({ to }) => to[0])).toEqual(expect.arrayContaining([PRIYA, TOMAS]));
    for (const { text, subject } of mails) {
      expect(subject).toMatch(/^Break-glass: /);
      expect(text).not.toMatch(/\/approvals\//);
    }
    const again = await as("support-assistant")("POST", "/grants", {
      ...{ resource: "claims", access: "read", windowSeconds: 60, purpose: "again", breakGlass: true },
    });
    expect(again).toMatchObject({
      status: 403,
      body: { error: { details: { rules: [{ id: "break-glass-review-open" }] } } },
    });
    const close = (who: string) => as(who)("POST", `/grants/${grant.id}/review`, { comment: "it was right" });
    expect(
      (await as("support-assistant")("POST", `/grants/${grant.id}/review`, { comment: "x" })).status,
    ).toBe(403);
    expect((await close("maya")).status).toBeGreaterThanOrEqual(403);
    expect((await close("samira")).status).toBe(200);
    const after = await emergency({ windowSeconds: 60 });
    expect(after.status).toBe("APPROVED");
    expect((await as("samira")("POST", `/grants/${after.id}/review`, { comment: "right" })).status).toBe(200);
    for (const { id } of [grant, after]) await as("support-assistant")("POST", `/grants/${id}/release`);
  });
});

describe("a mail that got lost", () => {
  test("can be sent again by a person; the earlier link stays good", async () => {
    const grant = await ask("support-assistant", {
      ...{
        resource: "claims",
        access: "read",
        scope: { prefix: "2026/" },
        windowSeconds: 300,
        purpose: "lost",
      },
    });
    const first = await invitation(grant.id, PRIYA);
    expect((await as("priya")("POST", `/grants/${grant.id}/resend`)).status).toBe(202);
    await eventually("a second mail", async () => {
      const found = (await mailsAbout(grant.id)).filter(({ to }) => to.includes(PRIYA));
      return found.length === 2;
    });
    expect((await submitForm(first.link, { decision: "reject", code: first.code })).status).toBe(200);
    expect((await look("support-assistant", grant.id)).status).toBe("REJECTED");
  });
});
