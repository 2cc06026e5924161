import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openSlack } from "../../functions/notify/channels/slack.ts";
import { readNotices, waitForNotice } from "../../local/notices.ts";
import { receiverFor, webhookPath } from "../../local/slack-receiver.ts";

const path = webhookPath();
const server = receiverFor(path);
let base: string;
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

it("takes what the Slack channel sends, and tells it in the words that people would read", async () => {
  const slack = openSlack({ readWebhook: async () => `${base}${path}`, now: () => 0, fetch });
  const lines = [{ label: "Resource", text: "claims" }];
  const claimed = [{ label: "Purpose", text: "a < b" }];
  const rest = { id: "x", urgent: false, grant: "abcdefgh234567ab", time: "2026-11-21T09:30:00.123Z" };
  expect(await slack.send({ ...rest, title: "Asked: an agent", lines, claimed })).toBe("sent");
  const found = await waitForNotice(`${base}/notices`, ({ title }) => title.startsWith("Asked"), {
    what: "it",
  });
  expect(found.text.split("\n")).toEqual([
    "Asked: an agent",
    "Resource: claims",
    "Said by the agent, not verified:",
    "Purpose: a &lt; b",
    "Grant abcdefgh234567ab, 2026-11-21T09:30:00.123Z",
  ]);
});

it("takes nothing by another path, and nothing that is no JSON", async () => {
  const before = await readNotices(`${base}/notices`);
  expect((await fetch(`${base}/services/guessed`, { method: "POST", body: "{}" })).status).toBe(404);
  expect((await fetch(`${base}${path}`, { method: "POST", body: "{" })).status).toBe(400);
  expect((await fetch(`${base}${path}`)).status).toBe(404);
  expect(await readNotices(`${base}/notices`)).toEqual(before);
});

it("says what arrived when what was waited for did not", async () => {
  const waiting = waitForNotice(`${base}/notices`, () => false, { what: "The notice", timeoutMs: 1 });
  await expect(waiting).rejects.toThrow(/^The notice did not arrive .* are: Asked: an agent\.$/);
});
