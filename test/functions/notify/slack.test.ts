import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NO_WEBHOOK, openSlack, type SlackDeps } from "../../../functions/notify/channels/slack.ts";
import { slackMessage } from "../../../functions/notify/channels/slack-message.ts";
import type { Notice } from "../../../functions/notify/notice.ts";

const notice: Notice = {
  id: "abcdefgh234567ab-000001",
  time: "2026-11-21T09:30:00.123Z",
  urgent: false,
  title: "Asked: support-assistant, read on claims",
  lines: [{ label: "Agent", text: "support-assistant" }],
  claimed: [{ label: "Purpose", text: "answer a customer" }],
  grant: "abcdefgh234567ab",
};

const PATH = "/services/T000/B000/top-secret-of-the-webhook";
const received: { url: string | undefined; body: string }[] = [];
let answer: { status: number; headers?: Record<string, string>; hang?: boolean };
let server: Server;
let base: string;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ url: request.url, body: Buffer.concat(chunks).toString("utf8") });
    const known = request.url === PATH;
    response.writeHead(known ? answer.status : 404, answer.headers ?? {}).end(known ? "ok" : "no_service");
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

let clock = 0;
let secret: string;
let reads = 0;
const deps = (over: Partial<SlackDeps> = {}): SlackDeps => ({
  readWebhook: async () => {
    reads += 1;
    return secret;
  },
  now: () => clock,
  fetch,
  ...over,
});
beforeEach(() => {
  clock = 0;
  reads = 0;
  received.length = 0;
  answer = { status: 200 };
  secret = `${base}${PATH}`;
});
const faultOf = async (work: Promise<unknown>): Promise<Error> => {
  const fault = await work.then(
    () => undefined,
    (thrown) => thrown,
  );
  if (!(fault instanceof Error)) throw new Error("did not throw");
  return fault;
};

describe("a webhook", () => {
  it("gets one post of JSON with text and blocks", async () => {
    expect(await openSlack(deps()).send(notice)).toBe("sent");
    expect(received.map(({ url }) => url)).toEqual([PATH]);
    expect(JSON.parse(received[0]?.body ?? "")).toEqual(slackMessage(notice));
  });
  it("that nobody has set is off, and nothing is sent", async () => {
    secret = NO_WEBHOOK;
    expect(await openSlack(deps()).send(notice)).toBe("off");
    expect(received).toEqual([]);
  });
  it("is read once for five minutes, then again", async () => {
    const slack = openSlack(deps());
    for (clock = 0; clock < 300_000; clock += 100_000) await slack.send(notice);
    expect(reads).toBe(1);
    await slack.send(notice);
    expect(reads).toBe(2);
  });
  it("that was replaced is read again at once, and the notice goes to the new one", async () => {
    secret = `${base}/services/old`;
    const slack = openSlack(deps());
    await expect(slack.send(notice)).rejects.toThrow("answered 404");
    secret = `${base}${PATH}`;
    expect(await slack.send(notice)).toBe("sent");
    expect(received.map(({ url }) => url)).toEqual(["/services/old", "/services/old", PATH]);
  });
  it.each([
    ["http://hooks.slack.com/services/x"],
    ["ftp://127.0.0.1/x"],
    ["http://127.0.0.1.evil.example/x"],
    ["https://user:word@hooks.slack.com/x"],
    ["not a url"],
    [""],
    ['{"url":"https://hooks.slack.com/x"}'],
  ])("that is no https URL is not used: %s", async (wrong) => {
    secret = wrong;
    const calls: unknown[] = [];
    const watched = (async (url: unknown) => void calls.push(url)) as unknown as typeof fetch;
    const fault = await faultOf(openSlack(deps({ fetch: watched })).send(notice));
    expect(fault.message).toBe("slack: the secret is not an https URL");
    expect(calls).toEqual([]);
  });
});

describe("when Slack fails", () => {
  it.each([400, 403, 404, 410, 429, 500, 503])("%s is thrown, so that it is tried again", async (status) => {
    answer = { status };
    await expect(openSlack(deps()).send(notice)).rejects.toThrow(`slack: answered ${status}`);
  });
  it("a wait that it asks for is said", async () => {
    answer = { status: 429, headers: { "retry-after": "30" } };
    await expect(openSlack(deps()).send(notice)).rejects.toThrow("slack: answered 429, wants 30 s");
    answer = { status: 429, headers: { "retry-after": "soon<script>" } };
    await expect(openSlack(deps()).send(notice)).rejects.toThrow(/^slack: answered 429$/);
  });
  it("a redirect is not followed", async () => {
    answer = { status: 307, headers: { location: `${base}/elsewhere` } };
    await expect(openSlack(deps()).send(notice)).rejects.toThrow("slack: answered 307");
    expect(received).toHaveLength(1);
  });
  it("it is given five seconds", async () => {
    let signal: AbortSignal | undefined;
    const watched = (async (_url: unknown, init: RequestInit) => {
      signal = init.signal ?? undefined;
      throw new DOMException("timed out", "TimeoutError");
    }) as typeof fetch;
    await expect(openSlack(deps({ fetch: watched })).send(notice)).rejects.toThrow("slack: no answer");
    expect(signal).toBeInstanceOf(AbortSignal);
  });
  it("no error says where the webhook is (I-09)", async () => {
    const faults: Error[] = [];
    for (const status of [403, 500]) {
      answer = { status };
      faults.push(await faultOf(openSlack(deps()).send(notice)));
    }
    secret = `http://127.0.0.1:1${PATH}`; // nobody listens there
    faults.push(await faultOf(openSlack(deps()).send(notice)));
    secret = `http://127.0.0.1:x${PATH}`;
    faults.push(await faultOf(openSlack(deps()).send(notice)));
    for (const fault of faults) {
      const told = `${fault.name} ${fault.message} ${fault.stack} ${String(fault.cause)}`;
      expect(told).not.toContain("top-secret");
      expect(told).not.toContain("services/");
      expect(fault.cause).toBeUndefined();
    }
  });
});

describe("the message", () => {
  const hostile = "<!channel> <@U1> <https://evil.example|Approve> *bold* @here & https://evil.example/a";
  const textsOf = (value: unknown): { type: string; text: string }[] => {
    if (Array.isArray(value)) return value.flatMap(textsOf);
    if (typeof value !== "object" || value === null) return [];
    const { type, text } = value as { type?: string; text?: unknown };
    if (typeof text === "string" && typeof type === "string") return [{ type, text }];
    return Object.values(value).flatMap(textsOf);
  };
  const attacked: Notice = {
    ...notice,
    title: `Asked: ${hostile}`,
    lines: [{ label: "Why", text: hostile }],
    claimed: [{ label: "Purpose", text: hostile }],
  };

  it("makes nothing of what an agent writes: no mention, no link, no markup", () => {
    const message = slackMessage(attacked);
    const texts = textsOf(message.blocks);
    expect(new Set(texts.map(({ type }) => type))).toEqual(new Set(["plain_text"]));
    for (const text of [message.text, ...texts.map((each) => each.text)]) {
      expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)|@(channel|here|everyone)|:\/\//i);
    }
    expect(message).toMatchObject({ mrkdwn: false, unfurl_links: false, unfurl_media: false });
  });
  it("sets what the agent says apart, as not verified", () => {
    const said = textsOf(slackMessage(attacked).blocks).filter(({ text }) => text.includes("Purpose"));
    expect(said).toHaveLength(1);
    expect(said[0]?.text).toMatch(/^Said by the agent, not verified:\nPurpose: /);
  });
  it("stays within what Slack takes, and cuts no character or escape in half", () => {
    const long = "\u{1F511}<".repeat(5_000);
    const lines = Array.from({ length: 14 }, (_each, n) => ({ label: `L${n}`, text: long }));
    const message = slackMessage({
      ...notice,
      title: long,
      lines,
      claimed: [{ label: "Purpose", text: long }],
    });
    const [header = { text: "" }, ...others] = textsOf(message.blocks);
    expect([...header.text].length).toBeLessThanOrEqual(150);
    expect(others).toHaveLength(10 + 2); // a section's fields, what the agent says, the foot
    for (const { text } of textsOf(message.blocks)) {
      expect([...text].length).toBeLessThanOrEqual(2_000);
      expect(Buffer.from(text, "utf8").toString("utf8")).toBe(text); // no half a surrogate pair
      expect(text).not.toMatch(/&[a-z]*…/);
    }
  });
});
