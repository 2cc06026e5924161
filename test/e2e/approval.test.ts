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
  local,
  look,
  mailsAbout,
  OVER,
  openPage,
  REFUSED,
  refusalOf,
  s3With,
  submitForm,
  textOf,
  type View,
} from "./world.ts";

beforeAll(newHourOfMails);

const PRIYA = "priya.raman@northwind.example";
const TOMAS = "tomas.herrera@northwind.example";
const INGRID = "ingrid.solberg@northwind.example";

const claims = (over: Record<string, unknown> = {}) =>
  ask("support-assistant", {
    resource: "claims",
    access: "read",
    scope: { prefix: "2026/" },
    windowSeconds: 300,
    purpose: "e2e",
    ...over,
  });
const foreignCode = (code: string) => `${code.slice(0, -1)}${code.endsWith("a") ? "b" : "a"}`;

describe("an ask for personal data", () => {
  test("waits for people, who get one link each; one yes approves, the read works, the release ends it at once", async () => {
    const grant = await claims();
    expect(grant).toMatchObject({
      status: "PENDING",
      decision: { outcome: "needs_approval", plan: [{ group: "privacy", status: "open" }] },
    });
    expect((await as("support-assistant")("POST", `/grants/${grant.id}/credentials`)).body).toMatchObject({
      error: { code: "not_ready" },
    });

    const { mail, link, code } = await invitation(grant.id, PRIYA);
    await invitation(grant.id, TOMAS);
    expect((await mailsAbout(grant.id)).map(({ to }) => to[0]).sort()).toEqual([PRIYA, TOMAS]);
    expect(mail.html).toContain(link);

    const page = await openPage(link);
    expect(page.status).toBe(200);
    expect(page.html).toContain("2026/");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(page.headers.get("cache-control")).toContain("no-store");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect((await look("support-assistant", grant.id)).status).toBe("PENDING");

    expect((await submitForm(link, { decision: "approve", code })).status).toBe(200);
    const keys = await collect("support-assistant", grant.id);
    const s3 = s3With(keys);
    expect(await keysUnder(s3, BUCKETS.production, "claims/2026/")).toEqual(["claims/2026/q1/claims.csv"]);
    expect(await refusalOf(textOf(s3, BUCKETS.production, "claims/2025/q4/claims.csv"))).toMatch(REFUSED);

    const released = await as("support-assistant")("POST", `/grants/${grant.id}/release`);
    expect(released.status).toBe(200);
    expect(["REVOKING", "REVOKED"]).toContain(released.body.status);
    expect((await inState("support-assistant", grant.id, "REVOKED")).proof).toBe("probed");
    expect(await refusalOf(keysUnder(s3, BUCKETS.production, "claims/2026/"))).toMatch(OVER);
    expect((await as("support-assistant")("POST", `/grants/${grant.id}/credentials`)).status).toBe(410);
    expect((await as("support-assistant")("POST", `/grants/${grant.id}/release`)).status).toBe(200);
  });

  test("I-14 I-15 a used link says what became of it, and decides nothing more; a no by somebody else comes too late", async () => {
    const grant = await claims();
    const priya = await invitation(grant.id, PRIYA);
    const tomas = await invitation(grant.id, TOMAS);
    expect((await submitForm(priya.link, { decision: "approve", code: priya.code })).status).toBe(200);
    expect((await submitForm(priya.link, { decision: "approve", code: priya.code })).status).toBe(409);
    expect((await submitForm(tomas.link, { decision: "reject", code: tomas.code })).status).toBe(409);
    expect((await openPage(priya.link)).status).toBe(410);
    const view = await inState("support-assistant", grant.id, "ACTIVE");
    expect(view.timeline?.filter((entry) => entry.type === "grant.approved")).toHaveLength(1);
    await as("support-assistant")("POST", `/grants/${grant.id}/release`);
  });

  test("one rejection rejects, with its reason shown to the agent, and nothing is minted", async () => {
    const grant = await claims();
    const { link, code } = await invitation(grant.id, TOMAS);
    expect((await submitForm(link, { decision: "reject", code, comment: "use the masked set" })).status).toBe(
      200,
    );
    const view = await look("support-assistant", grant.id);
    expect(view).toMatchObject({
      status: "REJECTED",
      closing: { code: "rejected", detail: "use the masked set", by: "tomas" },
    });
    expect((await as("support-assistant")("POST", `/grants/${grant.id}/credentials`)).status).toBe(410);
    expect(view.timeline?.some((entry) => entry.type === "grant.attempt_claimed")).toBe(false);
  });

  test("I-15 tampered, foreign and malformed links, wrong, missing and foreign codes, edited fields: 4xx, and nothing changes", async () => {
    const [grant, other] = [await claims(), await claims()];
    const { link, code } = await invitation(grant.id, PRIYA);
    const foreign = await invitation(other.id, PRIYA);
    const tampered = `${link.slice(0, -1)}${link.endsWith("A") ? "B" : "A"}`;
    expect((await openPage(tampered)).status).toBe(404);
    expect((await submitForm(tampered, { decision: "approve", code })).status).toBe(404);
    expect((await openPage(`${local().approvalUrl}/approvals/short`)).status).toBe(404);
    expect((await openPage(`${local().approvalUrl}/approvals/%E0%A4%A`)).status).toBe(404);
    expect((await submitForm(link, { decision: "approve", code: foreignCode(code) })).status).toBe(403);
    expect((await submitForm(link, { decision: "approve", code: foreign.code })).status).toBe(403);
    expect((await submitForm(link, { decision: "approve" })).status).toBe(400);
    expect((await submitForm(link, { code })).status).toBe(400);
    expect(
      (await submitForm(link, { decision: "approve", code, stage: "2", digest: "sha256:0" })).status,
    ).toBe(400);
    expect((await submitForm(link, { decision: "grant-everything", code })).status).toBe(400);
    expect((await look("support-assistant", grant.id)).status).toBe("PENDING");
    for (const id of [grant.id, other.id]) await as("support-assistant")("POST", `/grants/${id}/release`);
    expect((await look("support-assistant", grant.id)).status).toBe("CANCELLED");
    expect((await submitForm(link, { decision: "approve", code })).status).toBe(409);
  });

  test("I-16 GET, HEAD and OPTIONS of a link decide nothing", async () => {
    const grant = await claims();
    const { link } = await invitation(grant.id, PRIYA);
    for (const method of ["GET", "HEAD", "OPTIONS"]) await fetch(link, { method });
    expect((await look("support-assistant", grant.id)).status).toBe("PENDING");
    await as("support-assistant")("POST", `/grants/${grant.id}/release`);
  });
});

describe("analytics over personal data", () => {
  test("I-13 needs two stages, one after the other, and the agent's owner is never asked", async () => {
    const grant = await ask("analytics-copilot", {
      resource: "claims",
      access: "list",
      windowSeconds: 300,
      purpose: "e2e",
    });
    expect(grant.decision.plan.map(({ group, status }) => [group, status])).toEqual([
      ["privacy", "open"],
      ["data-owners", "waiting"],
    ]);
    const first = await invitation(grant.id, PRIYA);
    expect((await mailsAbout(grant.id)).flatMap(({ to }) => to)).not.toContain(INGRID);
    await submitForm(first.link, { decision: "approve", code: first.code });
    const second = await invitation(grant.id, INGRID);
    // Kwame owns the agent: the other data owner is asked alone.
    expect((await mailsAbout(grant.id)).flatMap(({ to }) => to)).not.toContain(
      "kwame.mensah@northwind.example",
    );
    expect((await look("analytics-copilot", grant.id)).status).toBe("PENDING");
    await submitForm(second.link, { decision: "approve", code: second.code });
    const view: View = await inState("analytics-copilot", grant.id, "ACTIVE");
    expect(view.decision.plan.map(({ approved }) => approved.map(({ person }) => person))).toEqual([
      ["priya"],
      ["ingrid"],
    ]);
  });
});

test("releasing while people are asked cancels, and the workflow that waited ends", async () => {
  const grant = await claims();
  const { link } = await invitation(grant.id, PRIYA);
  expect((await as("support-assistant")("POST", `/grants/${grant.id}/release`)).body.status).toBe(
    "CANCELLED",
  );
  await eventually("the link to say so", async () => (await openPage(link)).status === 410);
});
