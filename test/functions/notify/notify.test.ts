import { describe, expect, it } from "vitest";
import type { Log } from "../../../functions/aws/log.ts";
import type { SealedEvent } from "../../../functions/core/audit/event.ts";
import type { Channel } from "../../../functions/notify/channels/channel.ts";
import type { Notice } from "../../../functions/notify/notice.ts";
import { notify } from "../../../functions/notify/notify.ts";
import { pendingGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";
import { loose } from "../export-audit/fixtures.ts";

const at = useWorld();
/** As EventBridge delivers it: with an envelope of its own. */
const delivered = ({ event, hash }: SealedEvent) => ({
  version: "0",
  id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
  "detail-type": event.type,
  source: "latchkey",
  account: "123456789012",
  region: "eu-west-1",
  resources: [],
  detail: { ...event, hash },
});

function watched(how: () => Promise<"sent" | "off"> = async () => "sent", name = "slack") {
  const told: Notice[] = [];
  const channel: Channel = {
    name,
    send: (notice) => {
      told.push(notice);
      return how();
    },
  };
  return { told, channel };
}
const lines: { code: string; fields: unknown }[] = [];
const log: Log = (code, fields) => void lines.push({ code, fields });
const told = async (channels: Channel[]) => {
  lines.length = 0;
  await at.world.publish();
  for (const event of at.world.bus.taken.splice(0)) await notify({ channels, log }, delivered(event));
};

describe("people's channels", () => {
  it("hear of an approval of two stages from the asking to the end", async () => {
    const { told: heard, channel } = watched();
    await twoStageGrant(at.world);
    await at.world.decide("priya", "approve");
    await at.world.workflow.settle();
    await told([channel]);
    const titles = heard.map(({ title }) => title.replace(/: .*/, ""));
    expect(titles.slice(0, 3)).toEqual(["Asked", "Waiting for privacy", "priya approved"]);
  });
  it("are handed no means to decide: neither a link's token nor a code (I-09)", async () => {
    const { told: heard, channel } = watched();
    await pendingGrant(at.world);
    await told([channel]);
    expect(heard.length).toBeGreaterThan(0);
    expect(at.world.secrets.in(JSON.stringify(heard))).toBeUndefined();
    expect(JSON.stringify(heard)).not.toContain("/approvals/");
  });
  it("that are off are said to be, and that is no failure", async () => {
    await pendingGrant(at.world);
    await told([watched(async () => "off").channel]);
    expect(lines).toContainEqual({
      code: "notice.channel_off",
      fields: expect.objectContaining({ channel: "slack" }),
    });
  });
  it("are all tried, and then the failure of one is thrown, for the event to come again", async () => {
    const broken = watched(async () => Promise.reject(new Error("slack: answered 503")), "broken");
    const { told: heard, channel } = watched();
    await pendingGrant(at.world);
    await expect(told([broken.channel, channel])).rejects.toThrow("notice not taken by broken");
    expect(heard).toHaveLength(1);
    expect(lines).toContainEqual({
      code: "notice.not_sent",
      fields: expect.objectContaining({ channel: "broken", because: "slack: answered 503" }),
    });
  });
  it("that fail change nothing of a grant (I-22)", async () => {
    const id = await pendingGrant(at.world);
    const before = at.world.fake.items();
    await told([watched(async () => Promise.reject(new Error("down"))).channel]).catch(() => undefined);
    expect(at.world.fake.items()).toEqual(before);
    await at.world.decide("priya", "approve");
    expect(at.world.status(id)).not.toBe("PENDING");
  });
});

describe("what comes from the bus", () => {
  const sealed = loose("refused", { code: "not_found" });
  const channels: Channel[] = [];
  it("and concerns nobody is let go", async () => {
    expect(await notify({ channels, log }, delivered(sealed))).toEqual({ sent: [] });
  });
  it.each([
    ["another source", { ...delivered(sealed), source: "someone.else" }],
    ["no event", { ...delivered(sealed), detail: { hash: sealed.hash } }],
    [
      "a field that is none of ours",
      { ...delivered(sealed), detail: { ...sealed.event, hash: sealed.hash, link: "x" } },
    ],
    ["nothing", null],
  ])("with %s is refused, and kept by its queue", async (_what, input) => {
    const { told: heard, channel } = watched();
    await expect(notify({ channels: [channel], log }, input)).rejects.toThrow();
    expect(heard).toEqual([]);
  });
});
