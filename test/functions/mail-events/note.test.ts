import { describe, expect, it } from "vitest";
import { noteFate } from "../../../functions/mail-events/note.ts";
import { readFate } from "../../../functions/mail-events/ses-event.ts";
import { pendingGrant, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";
import { ADDRESS, bounce, complaint, DIAGNOSIS, rejection } from "./reports.ts";

const at = useWorld();
const note = (event: unknown) => noteFate(at.world.deps(), event);
const codes = () => at.world.lines.map(({ code }) => code).filter((code) => code.startsWith("mail."));

describe("a mail that bounced", () => {
  it("is on record with its grant and the person's id; the grant waits on, and others decide it (I-22)", async () => {
    const id = await pendingGrant(at.world);
    const before = at.world.grant(id);
    await note(bounce({ grant: id, person: "priya", stage: 1 }));
    expect(at.world.events("mail.bounced")).toMatchObject([
      {
        grant: id,
        actor: { type: "broker", id: "mail-events" },
        facts: {
          people: "priya",
          code: "hard",
          stage: 1,
          group: "privacy",
          reason: "5.1.1",
          status: "PENDING",
        },
      },
    ]);
    expect(at.world.grant(id)).toEqual(before);
    expect(codes()).toEqual(["mail.bounced"]);
    const shown = await at.world.agent("support-assistant").get(id);
    expect(shown.body).toMatchObject({
      timeline: expect.arrayContaining([expect.objectContaining({ type: "mail.bounced", code: "hard" })]),
    });
    await at.world.decide("tomas", "approve");
    expect(at.world.status(id)).toBe("ACTIVE");
  });

  it("names no address, and nothing that a mail server said, in event and log (I-52)", async () => {
    const id = await pendingGrant(at.world);
    await note(bounce({ grant: id, person: "priya", stage: 1 }));
    await note(bounce({ grant: id, person: "tomas", stage: 1 }, { status: DIAGNOSIS, messageId: "m2" }));
    await note(complaint({ grant: id, person: "priya", stage: 1 }, { complaintFeedbackType: ADDRESS }));
    const told = JSON.stringify([
      ...at.world.events("mail.bounced"),
      ...at.world.events("mail.complained"),
      ...at.world.lines.filter(({ code }) => code.startsWith("mail.")),
    ]);
    expect(told).toContain("priya");
    expect(told).not.toMatch(/@|smtp|550|unknown/i);
  });

  it("is recorded once, however often SES or EventBridge tells of it (I-47)", async () => {
    const id = await pendingGrant(at.world);
    const event = bounce({ grant: id, person: "priya", stage: 1 });
    expect(await note(event)).toEqual({ noted: true });
    expect(await note(event)).toEqual({ noted: false });
    expect(await note(bounce({ grant: id, person: "priya", stage: 1 }, { messageId: "m2" }))).toEqual({
      noted: true,
    });
    expect(at.world.events("mail.bounced")).toHaveLength(2);
  });

  it("rings when nobody of the stage was reached, and while the stage is open only", async () => {
    const id = await pendingGrant(at.world);
    await note(bounce({ grant: id, person: "priya", stage: 1 }));
    expect(codes()).not.toContain("mail.nobody_reached");
    await note(bounce({ grant: id, person: "tomas", stage: 1 }, { subType: "OnAccountSuppressionList" }));
    expect(codes()).toContain("mail.nobody_reached");
    const decided = await pendingGrant(at.world);
    await at.world.decide("priya", "reject");
    const rung = codes().length;
    for (const person of ["priya", "tomas"]) await note(bounce({ grant: decided, person, stage: 1 }));
    expect(codes().slice(rung)).toEqual(["mail.bounced", "mail.bounced"]);
  });

  it("rings though the two reports of a stage come at the same instant", async () => {
    const id = await pendingGrant(at.world);
    await Promise.all(["priya", "tomas"].map((person) => note(bounce({ grant: id, person, stage: 1 }))));
    expect(codes()).toContain("mail.nobody_reached");
  });

  it("softly wakes nobody: it is on record, and the next mail may arrive", async () => {
    const id = await pendingGrant(at.world);
    for (const person of ["priya", "tomas"])
      await note(
        bounce(
          { grant: id, person, stage: 1 },
          { type: "Transient", subType: "MailboxFull", status: "4.2.2" },
        ),
      );
    expect(at.world.events("mail.bounced").map(({ facts }) => facts.code)).toEqual(["soft", "soft"]);
    expect(codes()).toEqual(["mail.delayed", "mail.delayed"]);
  });

  it("of no grant, such as a digest's to its witness, or of one that is gone, rings and is no event", async () => {
    expect(await note(bounce({}))).toEqual({ noted: false });
    expect(await note(bounce({ grant: "a".repeat(16), person: "priya", stage: 1 }))).toEqual({
      noted: false,
    });
    expect(codes()).toEqual(["mail.bounced", "mail.bounced"]);
    expect(at.world.events("mail.bounced")).toEqual([]);
  });
});

describe("a complaint", () => {
  it("is on record and rings; the person may still decide with the mail they have", async () => {
    const id = await pendingGrant(at.world);
    await note(complaint({ grant: id, person: "priya", stage: 1 }));
    expect(at.world.events("mail.complained")).toMatchObject([{ facts: { people: "priya", code: "abuse" } }]);
    expect(codes()).toEqual(["mail.complained"]);
    await at.world.decide("priya", "approve");
    expect(at.world.status(id)).toBe("ACTIVE");
  });

  it("counts as not reached, with the bounces of the others", async () => {
    const id = await pendingGrant(at.world);
    await note(complaint({ grant: id, person: "priya", stage: 1 }));
    await note(bounce({ grant: id, person: "tomas", stage: 1 }));
    expect(codes().at(-1)).toBe("mail.nobody_reached");
  });

  it("can be about a closed grant: the record says what the mail was about then", async () => {
    const id = await routineGrant(at.world);
    await at.world.advance(120_000);
    await note(complaint({ grant: id, person: "priya" }));
    expect(at.world.events("mail.complained")).toMatchObject([{ grant: id, facts: { status: "ENDED" } }]);
  });
});

describe("SES's report", () => {
  it.each([
    ["Permanent", "General", "hard"],
    ["Permanent", "NoEmail", "hard"],
    ["Permanent", "Suppressed", "suppressed"],
    ["Permanent", "OnAccountSuppressionList", "suppressed"],
    ["Transient", "General", "soft"],
    ["Transient", "MailboxFull", "soft"],
    ["Undetermined", "Undetermined", "soft"],
  ])("%s %s is %s", (type, subType, code) => {
    expect(readFate(bounce({}, { type, subType }))).toMatchObject({ type: "mail.bounced", code });
  });

  it("of content that SES takes for malware is `rejected`", () => {
    expect(readFate(rejection({ person: "priya" }))).toMatchObject({
      code: "rejected",
      about: { person: "priya" },
    });
  });

  it.each([
    ["a grant that is none", { grant: "../../x", person: "priya", stage: 1 }],
    ["a person that is none", { person: "=cmd|' /C calc'!A0" }],
    ["a stage that is none", { stage: 0 }],
  ])("with %s in its tags is about nobody", (_, about) => {
    const bad = Object.entries(about).find(([, value]) => value !== "priya" && value !== 1)?.[0] ?? "";
    expect(readFate(bounce(about as never)).about).not.toHaveProperty(bad, expect.anything());
  });

  it.each([
    [undefined],
    [{}],
    [{ ...bounce({}), source: "aws.sns" }],
    [{ source: "aws.ses", detail: { eventType: "Open" } }],
  ])("that is none is an error, and no report of any mail", (event) => {
    expect(() => readFate(event)).toThrow();
  });
});
