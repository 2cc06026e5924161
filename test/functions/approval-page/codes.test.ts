import { describe, expect, it } from "vitest";
import { pendingGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const WRONG = "aaaa-2222";
const link = () =>
  at.world.fake.items().find(({ entity, person }) => entity === "link" && person === "priya");
const tryCode = (code: string) =>
  at.world.submit(at.world.mail.to("priya").token, { decision: "approve", code });

describe("the code", () => {
  it.each([
    ["as it is in the mail", (code: string) => `${code.slice(0, 4)}-${code.slice(4)}`],
    [
      "in capitals, with spaces",
      (code: string) => ` ${code.toUpperCase().slice(0, 4)} ${code.toUpperCase().slice(4)} `,
    ],
  ])("is taken %s", async (_, typed) => {
    const id = await pendingGrant(at.world);
    expect((await tryCode(typed(at.world.mail.to("priya").code))).status).toBe(200);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("wrong: 403, counted, an event, no change", async () => {
    const id = await pendingGrant(at.world);
    expect((await tryCode(WRONG)).status).toBe(403);
    expect(link()).toMatchObject({ wrongCodes: 1 });
    expect(at.world.events("request.refused")).toMatchObject([
      { grant: id, facts: { reason: "wrong_code" } },
    ]);
    expect(at.world.status(id)).toBe("PENDING");
  });
  it.each(["", "short", "aaaa-2222-aaaa", "aaaa-0189", "x".repeat(64)])(
    "malformed (%j): 400 and not counted",
    async (code) => {
      await pendingGrant(at.world);
      expect((await tryCode(code)).status).toBe(400);
      expect(link()).toMatchObject({ wrongCodes: 0 });
    },
  );
  it("missing, as scanners submit forms: 400 and not counted (A-08)", async () => {
    const id = await pendingGrant(at.world);
    const { token } = at.world.mail.to("priya");
    expect((await at.world.submit(token, { decision: "approve" })).status).toBe(400);
    expect((await at.world.submit(token, "")).status).toBe(400);
    expect(link()).toMatchObject({ wrongCodes: 0 });
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("five wrong ones slow the link to one try in 30 s, and never lock it", async () => {
    const id = await pendingGrant(at.world);
    for (let times = 0; times < 5; times += 1) expect((await tryCode(WRONG)).status).toBe(403);
    expect((await tryCode(at.world.mail.to("priya").code)).status).toBe(429);
    at.world.tick(29_999);
    expect((await tryCode(WRONG)).status).toBe(429);
    at.world.tick(1);
    expect((await tryCode(WRONG)).status).toBe(403);
    expect((await tryCode(WRONG)).status).toBe(429);
    at.world.tick(30_000);
    expect((await tryCode(at.world.mail.to("priya").code)).status).toBe(200);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("of many tries at once, one is answered", async () => {
    await pendingGrant(at.world);
    for (let times = 0; times < 4; times += 1) await tryCode(WRONG);
    const answers = await Promise.all(Array.from({ length: 12 }, () => tryCode(WRONG)));
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(11);
  });
  it("slows one link only: the other approver's works", async () => {
    await pendingGrant(at.world);
    for (let times = 0; times < 6; times += 1) await tryCode(WRONG);
    expect((await at.world.decide("tomas", "approve")).status).toBe(200);
  });
});

describe("the form", () => {
  const post = (body: string) => at.world.submit(at.world.mail.to("priya").token, body);
  it.each([
    ["a field that the page has not", (code: string) => `decision=approve&code=${code}&status=ACTIVE`],
    ["a field twice", (code: string) => `decision=reject&decision=approve&code=${code}`],
    ["an action nobody offers (I-21)", (code: string) => `decision=approve_all&code=${code}`],
    [
      "a body that is too large",
      (code: string) => `decision=approve&code=${code}&comment=${"x".repeat(5_000)}`,
    ],
    ["no form at all", () => '{"decision":"approve"}'],
  ])("%s: 400, and nothing is decided", async (_, body) => {
    const id = await pendingGrant(at.world);
    expect((await post(body(at.world.mail.to("priya").code))).status).toBe(400);
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("no decision: 400, and nothing is guessed", async () => {
    const id = await pendingGrant(at.world);
    expect((await post(`code=${at.world.mail.to("priya").code}`)).status).toBe(400);
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("a comment that is too long: 400, with the form again", async () => {
    await pendingGrant(at.world);
    const answer = await at.world.decide("priya", "approve", { comment: "x".repeat(301) });
    expect([answer.status, answer.html.includes("<form")]).toEqual([400, true]);
  });
});
