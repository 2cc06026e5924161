import { describe, expect, it } from "vitest";
import { earlierAsks } from "../../../functions/approval-page/history.ts";
import { timedOut } from "../../fakes/faults.ts";
import { asked, pendingGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const earlier = async (id: string) =>
  (await earlierAsks(at.world.deps(), at.world.grant(id)))?.map((each) => each.id);
// A minute apart, so that quotas have no part in it.
/** An ask of the same agent for something else. */
const other = async () => {
  await at.world.advance(61_000);
  return asked(at.world, "support-assistant", {
    resource: "product-docs",
    access: "read",
    windowSeconds: 60,
    purpose: "Look up a product",
  });
};
const same = async () => {
  await at.world.advance(61_000);
  return pendingGrant(at.world);
};
const shown = async () => (await at.world.page(at.world.mail.to("priya").token)).html;

describe("what the agent asked before", () => {
  it("is at most five, the same resource before others in choosing, newest first", async () => {
    const one = await same();
    const others = [await other(), await other(), await other(), await other(), await other()];
    const two = await same();
    const now = await same();
    expect(await earlier(now)).toEqual([two, ...others.slice(2).reverse(), one]);
  });

  it("is what came before this one: a flood of later asks pushes nothing out of sight", async () => {
    const before = await other();
    const now = await same();
    for (let times = 0; times < 30; times += 1) await other();
    expect(await earlier(now)).toEqual([before]);
  });

  it("is this agent's alone", async () => {
    await asked(at.world, "finetune-pipeline", {
      resource: "support-conversations",
      access: "read",
      windowSeconds: 60,
      purpose: "Fine-tune",
    });
    expect(await earlier(await same())).toEqual([]);
    expect(await shown()).toContain("This is its first request.");
  });

  it("is on the page, with what became of it", async () => {
    const before = await same();
    await at.world.decide("priya", "reject");
    const now = await same();
    const html = await shown();
    expect(html).toContain(before);
    expect(html).toMatch(
      /<span class="badge">Rejected<\/span>[\s\S]*?<strong>claims<\/strong> for 15 minutes/,
    );
    expect(html.split(`<code class="small">${now}</code>`)).toHaveLength(2);
  });

  it("is information only: where the index cannot be read the page says so, and people can decide (I-22)", async () => {
    const id = await same();
    at.world.fake.before = (command) => {
      if ("IndexName" in command.input) throw timedOut("DynamoDB");
    };
    expect(await shown()).toContain("could not be read just now");
    expect(at.world.lines.map(({ code }) => code)).toContain("approval.history_failed");
    expect((await at.world.decide("priya", "approve")).status).toBe(200);
    expect(at.world.status(id)).toBe("ACTIVE");
  });

  it("is not read for a link that shows nothing", async () => {
    await same();
    await at.world.decide("priya", "reject");
    let queries = 0;
    at.world.fake.before = (command) => {
      if ("IndexName" in command.input) queries += 1;
    };
    await shown();
    await at.world.page("A".repeat(43));
    expect(queries).toBe(0);
  });
});
