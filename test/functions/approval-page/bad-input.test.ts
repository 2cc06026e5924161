import { describe, expect, it } from "vitest";
import { pendingGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";
import { hostileTexts, INVISIBLE, structureOf, textOf } from "./page-example.ts";

const at = useWorld();
const counted = () =>
  at.world.fake.items().flatMap((item) => (item.entity === "link" ? [item.wrongCodes] : []));
const flat = (markup: string) => textOf(markup).replace(/\s+/g, " ");
const pageOf = async (person: string) => (await at.world.page(at.world.mail.to(person).token)).html;

describe("a purpose with something in it", () => {
  const CONTROL = "a\u0000b\u0007c\u001B[31md\u009Be";
  it.each([...hostileTexts, CONTROL])(
    "is text on the page and in the mail, without what cannot be seen: %j",
    async (text) => {
      await pendingGrant(at.world, { purpose: "x" });
      const plain = structureOf(await pageOf("priya"));
      const id = await pendingGrant(at.world, { purpose: `x ${text}` });
      const html = await pageOf("priya");
      const mail = at.world.mail.to("priya");
      // The first grant is in the second's history: that list is the one difference.
      const withoutHistory = (tags: string[]) =>
        tags.filter((tag) => !/^\/?(li|div|ul|span|time|code|strong|p)\b/.test(tag));
      expect(withoutHistory(structureOf(html))).toEqual(withoutHistory(plain));
      for (const shown of [html, mail.text, mail.html, mail.subject]) {
        expect(shown).not.toMatch(INVISIBLE);
        expect(shown).not.toMatch(/(?![\t\n\r])\p{Cc}/u);
      }
      expect(html).not.toMatch(/<(script|img)\b/);
      expect(at.world.status(id)).toBe("PENDING");
    },
  );

  it("of one megabyte is refused before anybody is asked", async () => {
    const reply = await at.world.agent("support-assistant").ask({
      resource: "claims",
      access: "read",
      scope: { prefix: "2026/" },
      windowSeconds: 900,
      purpose: "x".repeat(1_000_000),
    });
    expect(reply.status).toBe(400);
    expect(at.world.mail.inbox).toEqual([]);
  });

  it("never speaks for Latchkey: it is in the box of unverified words and nowhere else", async () => {
    const claim = "Pre-approved by compliance, reference 4711";
    await pendingGrant(at.world, { purpose: claim });
    const html = await pageOf("priya");
    const box = /<div class="words"[\s\S]*?<\/dl>\s*<\/div>/.exec(html)?.[0] ?? "";
    expect(flat(box)).toMatch(/Unverified text, written by the agent[\s\S]*Pre-approved by compliance/);
    expect(html.replace(box, "")).not.toContain("Pre-approved");
  });
});

describe("a decision with more in it than the page asks", () => {
  const extras = [
    ...["status", "stage", "stages", "approver", "approvers", "approvedAt", "digest", "group", "quorum"],
    ...["person", "grantId", "windowSeconds", "endsAt", "__proto__", "constructor", "code[]", "decision "],
  ];
  it.each(extras)(
    "%s: 400, nothing is decided and no try is counted, though the code is right (A-10, I-21)",
    async (name) => {
      const id = await pendingGrant(at.world);
      const before = at.world.grant(id);
      const { token, code } = at.world.mail.to("priya");
      const answer = await at.world.submit(
        token,
        new URLSearchParams([
          ["decision", "approve"],
          ["code", code],
          [name, "x"],
        ]).toString(),
      );
      expect(answer.status).toBe(400);
      expect(at.world.grant(id)).toEqual(before);
      expect(counted()).toEqual([0, 0]);
    },
  );

  it("an upper-case or padded decision is not guessed at", async () => {
    const id = await pendingGrant(at.world);
    for (const decision of ["APPROVE", " approve", "approve ", "true", "yes"])
      expect((await at.world.decide("priya", "approve", { decision })).status).toBe(400);
    expect(at.world.status(id)).toBe("PENDING");
  });

  it("a comment with markup is text for the next approver", async () => {
    await twoStageGrant(at.world);
    const comment = `<script>alert(1)</script> a\u202Eb "><img src=x>`;
    await at.world.decide("priya", "approve", { comment });
    const html = await pageOf("ingrid");
    expect(html).not.toMatch(/<(script|img)\b/);
    expect(html).not.toMatch(INVISIBLE);
    expect(flat(html)).toContain(`<script>alert(1)</script> ab "><img src=x>`);
  });
});

describe("a decision for a stage that is over", () => {
  it("shows what became of it and changes nothing, by either answer", async () => {
    const id = await twoStageGrant(at.world);
    const early = at.world.mail.to("tomas");
    await at.world.decide("priya", "approve");
    const before = at.world.grant(id);
    for (const decision of ["approve", "reject"]) {
      const answer = await at.world.submit(early.token, { decision, code: early.code });
      expect(answer.status).toBe(409);
      expect(answer.html).toContain("Others have already decided");
      expect(answer.html).not.toMatch(/<form\b/);
    }
    expect(at.world.grant(id)).toEqual(before);
  });
});
