import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";

/** A notice as the local receiver took it, in the words that people would read in Slack. */
export type ReceivedNotice = { time: Date; title: string; text: string };

const shown = z.object({ text: z.string() });
const received = z.array(
  z.object({
    time: z.string(),
    message: z.object({
      text: z.string(),
      blocks: z.array(
        z.object({
          text: shown.optional(),
          fields: z.array(shown).optional(),
          elements: z.array(shown).optional(),
        }),
      ),
    }),
  }),
);

/** Every notice so far, the newest last. `url` is `noticesUrl` of local.json. */
export async function readNotices(url: string): Promise<ReceivedNotice[]> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`The local receiver of notices answered ${response.status}.`);
  return received.parse(await response.json()).map(({ time, message }) => ({
    time: new Date(time),
    title: message.text,
    text: message.blocks
      .flatMap(({ text, fields = [], elements = [] }) => [...(text ? [text] : []), ...fields, ...elements])
      .map((each) => each.text)
      .join("\n"),
  }));
}

/** The first notice that `matches`; waits for it (20 s unless told), and fails saying what did arrive. */
export async function waitForNotice(
  url: string,
  matches: (notice: ReceivedNotice) => boolean,
  { what, timeoutMs = 20_000 }: { what: string; timeoutMs?: number },
): Promise<ReceivedNotice> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(100)) {
    const notices = await readNotices(url);
    const found = notices.find(matches);
    if (found) return found;
    if (Date.now() >= deadline) {
      const titles = notices.map(({ title }) => title).slice(-5);
      throw new Error(
        `${what} did not arrive within ${timeoutMs / 1000} s. The newest notices are: ${titles.join("; ") || "none"}.`,
      );
    }
  }
}
