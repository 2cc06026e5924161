import { describe, expect, it } from "vitest";
import { timedOut } from "../../fakes/faults.ts";
import { pendingGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const people = () => at.world.mail.inbox.map(({ to }) => to.split(".")[0]).sort();

/** What SES v2 throws above an account's rate: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
const throttled = () =>
  Object.assign(new Error("Maximum sending rate exceeded"), { name: "TooManyRequestsException" });

describe("SES", () => {
  it("that throttles keeps people from nothing: whoever was not mailed is mailed later, the others not again (F-11, I-22)", async () => {
    let sent = 0;
    at.world.mail.before = () => {
      sent += 1;
      if (sent > 1 && sent < 4) throw throttled();
    };
    const id = await pendingGrant(at.world);
    expect([people().length, at.world.status(id)]).toEqual([1, "PENDING"]);
    await at.world.advance(60_000);
    expect(people()).toEqual(["priya", "tomas"]);
    expect((await at.world.decide("tomas", "approve")).status).toBe(200);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("that sends, and answers when nobody listens any more, gives two mails of which both are good and one decides (F-12, I-14, I-22)", async () => {
    at.world.mail.before = async (mail) => {
      if (!mail.to.startsWith("tomas")) return;
      at.world.mail.before = undefined;
      await at.world.mail.send(mail);
      throw timedOut("SES");
    };
    const id = await pendingGrant(at.world);
    await at.world.advance(60_000);
    expect(people()).toEqual(["priya", "tomas", "tomas"]);
    const [first, second] = at.world.mail.inbox.filter(({ to }) => to.startsWith("tomas"));
    const answer = (mail: typeof first, decision: string) =>
      at.world.submit(mail?.token ?? "", { decision, code: mail?.code ?? "" });
    expect((await answer(first, "approve")).status).toBe(200);
    expect((await answer(second, "reject")).status).toBe(409);
    expect(at.world.status(id)).toBe("ACTIVE");
    expect(at.world.events("grant.approved")).toHaveLength(1);
  });
});
