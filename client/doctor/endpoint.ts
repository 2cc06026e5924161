import type { Place } from "../broker/place.ts";
import { textOf } from "../broker/text.ts";
import { exitCodes } from "../exit.ts";
import { type Finding, ok, wrong } from "./finding.ts";

export type AskWorld = { fetch: typeof globalThis.fetch; now(): number };

/** SigV4 refuses what is signed more than five minutes off; half of that is soon the whole. */
const MOST_SKEW_SECONDS = 300;
const NOTABLE_SKEW_SECONDS = 30;
const ANSWER_MS = 10_000;

/** What an unsigned call tells: whether anything answers, whether it is Latchkey, and what time it is there. */
export async function lookAtEndpoint({ url }: Place, { fetch, now }: AskWorld): Promise<Finding[]> {
  let response: Response;
  const began = now();
  try {
    response = await fetch(`${url}/catalogue`, {
      ...{ redirect: "manual", signal: AbortSignal.timeout(ANSWER_MS) },
    });
  } catch {
    return [
      wrong(
        "answer",
        `${new URL(url).host} does not answer: is it up, and this machine online?`,
        exitCodes.unavailable,
      ),
    ];
  }
  const took = Math.round(now() - began);
  const body = (await textOf(response).catch(() => undefined)) ?? "";
  const clock = clockOf(response, (began + now()) / 2);
  // An unsigned call is refused, in our words: API Gateway's own would have no code.
  if (response.status === 403 && /"code":\s*"forbidden"/.test(body))
    return [ok("answer", `Latchkey, in ${took} ms`), clock];
  const what = `What answers there is not Latchkey (${response.status}): look at the endpoint, with its stage.`;
  return [wrong("answer", what, exitCodes.no_endpoint), clock];
}

function clockOf(response: Response, at: number): Finding {
  const theirs = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(theirs)) return { about: "clock", state: "unknown", text: "The answer tells no time." };
  // A Date header is the second that has begun.
  const skew = Math.round((at - theirs - 500) / 1000);
  const text = Math.abs(skew) <= 1 ? "right" : `${Math.abs(skew)} s ${skew > 0 ? "fast" : "slow"}`;
  if (Math.abs(skew) < NOTABLE_SKEW_SECONDS) return ok("clock", text);
  if (Math.abs(skew) < MOST_SKEW_SECONDS)
    return ok("clock", `${text}; beyond 300 s AWS refuses what is signed`);
  return wrong("clock", `${text}, so AWS refuses what this machine signs: set it.`, exitCodes.clock);
}
