import { describe, expect, it } from "vitest";
import { edit } from "../../fakes/policy.ts";
import { pendingGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const refusals = () => at.world.events("request.refused");

describe("opening a link (I-15)", () => {
  it("shows what is asked, and changes nothing, however often (A-06, I-16)", async () => {
    const id = await pendingGrant(at.world);
    const before = at.world.fake.items();
    const { token } = at.world.mail.to("priya");
    for (let times = 0; times < 3; times += 1) {
      const { status, html } = await at.world.page(token);
      expect(status).toBe(200);
      expect(html).toContain(at.world.grant(id).digest);
    }
    expect(at.world.fake.items()).toEqual(before);
  });
  it.each([
    ["cut off", (token: string) => token.slice(0, 42)],
    ["with another letter", (token: string) => `${token.startsWith("A") ? "B" : "A"}${token.slice(1)}`],
    ["with something added", (token: string) => `${token}A`],
    ["with a path", () => "../approvals/x"],
    ["empty", () => ""],
    ["the hash of a token", () => "a".repeat(64)],
  ])("tampered, %s: 404 on GET and POST, an event, no change", async (_, change) => {
    const id = await pendingGrant(at.world);
    const { token, code } = at.world.mail.to("priya");
    const bad = change(token);
    const shown = await at.world.page(bad);
    const posted = await at.world.submit(bad, { decision: "approve", code });
    expect([shown.status, posted.status]).toEqual([404, 404]);
    expect(posted.html).toBe(shown.html);
    expect(refusals()).toMatchObject([{ actor: { id: "approval-link" }, facts: { code: "not_found" } }]);
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("works only with its own code: another's link with one's own code is wrong", async () => {
    const id = await pendingGrant(at.world);
    const answer = await at.world.submit(at.world.mail.to("priya").token, {
      decision: "approve",
      code: at.world.mail.to("tomas").code,
    });
    expect([answer.status, at.world.status(id)]).toEqual([403, "PENDING"]);
  });
  it("of one grant decides that grant only", async () => {
    const one = await pendingGrant(at.world);
    const mail = at.world.mail.to("priya");
    const two = await pendingGrant(at.world);
    await at.world.submit(mail.token, { decision: "approve", code: mail.code });
    expect([at.world.status(one), at.world.status(two)]).toEqual(["ACTIVE", "PENDING"]);
  });
  it("of a stage that is over does not decide the next one", async () => {
    at.world.deploy((bundle) =>
      edit(bundle.catalogue.people, "tomas", (person) => {
        person.groups = ["privacy", "data-owners"];
      }),
    );
    const id = await twoStageGrant(at.world);
    const early = at.world.mail.to("tomas");
    await at.world.decide("priya", "approve");
    const answer = await at.world.submit(early.token, { decision: "approve", code: early.code });
    expect([answer.status, at.world.status(id)]).toEqual([409, "PENDING"]);
    expect((await at.world.decide("tomas", "approve")).status).toBe(200);
  });
  it("is good until the stage's deadline and not after", async () => {
    const id = await pendingGrant(at.world);
    const { token } = at.world.mail.to("priya");
    at.world.workflow.paused = true;
    at.world.tick(24 * 3_600_000 - 1_000);
    expect((await at.world.page(token)).status).toBe(200);
    at.world.tick(1_000);
    expect((await at.world.page(token)).status).toBe(404);
    expect((await at.world.decide("priya", "approve")).status).toBe(404);
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("shows what became of it once it is used: 410 on GET, 409 on POST with an event", async () => {
    await pendingGrant(at.world);
    await at.world.decide("priya", "approve");
    const { token } = at.world.mail.to("priya");
    expect((await at.world.page(token)).status).toBe(410);
    expect((await at.world.decide("priya", "approve")).status).toBe(409);
    expect(refusals()).toMatchObject([{ actor: { id: "priya" }, facts: { code: "wrong_state" } }]);
  });
  it("is dead when the grant's digest is not the one it was sent for (I-19)", async () => {
    const id = await pendingGrant(at.world);
    const link = at.world.fake.items().find(({ entity }) => entity === "link");
    at.world.fake.plant({ ...link, digest: "sha256:other" });
    expect((await at.world.decide(String(link?.person), "approve")).status).toBe(404);
    expect(at.world.status(id)).toBe("PENDING");
  });
});
