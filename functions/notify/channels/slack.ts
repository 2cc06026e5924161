import type { ReadSecret } from "../../aws/secret.ts";
import type { Now } from "../../aws/system.ts";
import type { Channel } from "./channel.ts";
import { slackMessage } from "./slack-message.ts";

/** The secret's name, for those who put the URL there. */
export const WEBHOOK_SECRET = "latchkey/slack-webhook";
/** What the secret says until an operator puts a URL there. */
export const NO_WEBHOOK = "none";
const KEEP_MS = 5 * 60_000;
const TIMEOUT_MS = 5_000;
/** The webhook was removed, or replaced: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors */
const GONE = [403, 404, 410];
const LOOPBACK = ["127.0.0.1", "localhost"];

export type SlackDeps = { readWebhook: ReadSecret; now: Now; fetch: typeof globalThis.fetch };

/** The URL is a secret: no error says more of it than that it is wrong. */
function webhookOf(secret: string): URL | undefined {
  if (secret === NO_WEBHOOK) return undefined;
  const url = URL.canParse(secret) ? new URL(secret) : undefined;
  const safe = url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.includes(url.hostname));
  if (!url || !safe || url.username || url.password) throw new Error("slack: the secret is not an https URL");
  return url;
}

/** The status of one post. A fault of the connection is said without its cause, which names the host. */
async function post({ fetch }: SlackDeps, url: URL, body: string): Promise<Response> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      redirect: "manual", // whoever answers for Slack does not get to say where it goes
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response;
  } catch {
    throw new Error("slack: no answer");
  }
}

/**
 * Slack by an incoming webhook. The URL is read when first needed and again after a few minutes, or when Slack does not
 * know it any more. Whatever is not a 200 is thrown, with the wait that Slack asks for in words: Lambda tries again, a
 * minute later at the soonest, which is longer than Slack's own waits.
 */
export function openSlack(deps: SlackDeps): Channel {
  let kept: { secret: string; readAt: number } | undefined;
  const read = async (): Promise<string> => {
    if (!kept || deps.now() - kept.readAt >= KEEP_MS)
      kept = { secret: await deps.readWebhook(), readAt: deps.now() };
    return kept.secret;
  };
  return {
    name: "slack",
    async send(notice) {
      const body = JSON.stringify(slackMessage(notice));
      const used = await read();
      const url = webhookOf(used);
      if (!url) return "off";
      let answer = await post(deps, url, body);
      if (GONE.includes(answer.status)) {
        kept = undefined;
        const replaced = await read();
        const next = replaced === used ? undefined : webhookOf(replaced);
        if (next) answer = await post(deps, next, body);
      }
      if (answer.status === 200) return "sent";
      const wait = answer.headers.get("retry-after")?.match(/^\d{1,5}$/)?.[0];
      throw new Error(`slack: answered ${answer.status}${wait ? `, wants ${wait} s` : ""}`);
    },
  };
}
