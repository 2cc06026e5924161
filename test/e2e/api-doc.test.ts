import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { signedFetch } from "../../functions/aws/signed-fetch.ts";
import { projectRoot } from "../../local/paths.ts";
import { type Bindings, differences } from "./api-doc/compare.ts";
import { type Example, examplesIn } from "./api-doc/examples.ts";
import { newHourOfMails } from "./mails.ts";
import { eventually, invitation, local } from "./world.ts";

const examples = examplesIn(readFileSync(join(projectRoot, "docs", "api.md"), "utf8"));
const PRIYA = "priya.raman@northwind.example";
const bound: Bindings = new Map();
const asBound = (text: string): string =>
  [...bound].reduce((filled, [shown, real]) => filled.replaceAll(shown, real), text);

/** The token of the document's link is that of the mail about its grant that waits for people. */
async function bindToken({ path }: Example): Promise<void> {
  const [, shown] = /^\/approvals\/([\w-]{43})$/.exec(path) ?? [];
  if (shown === undefined || bound.has(shown)) return;
  const asked = examples.find(
    ({ answer }) => (answer.body as { status?: string } | undefined)?.status === "PENDING",
  );
  const { id } = (asked?.answer.body ?? {}) as { id: string };
  const { link } = await invitation(bound.get(id) ?? id, PRIYA);
  bound.set(shown, link.slice(link.lastIndexOf("/") + 1));
}

/** A key is used once: the instance may have been used by an earlier run. */
const fresh = Date.now();

async function send({ method, path, as, headers, body }: Example) {
  const { apiUrl, approvalUrl, identities, region } = local();
  const key = headers["idempotency-key"];
  const given = { ...headers, ...(key ? { "idempotency-key": `${key}-${fresh}` } : {}) };
  const content = body === undefined ? {} : { body: asBound(body) };
  const target = `${as === "anyone" ? approvalUrl : apiUrl}${asBound(path)}`;
  if (as === "anyone") return fetch(target, { method, headers: given, ...content });
  const credentials = identities[as];
  if (!credentials) throw new Error(`local.json has no identity ${as}`);
  const json = { "content-type": "application/json", ...given };
  const call = { url: new URL(target), method, service: "execute-api", region, credentials };
  return signedFetch({ ...call, headers: json, ...content });
}

/** What comes a moment later, such as credentials that are being minted, is asked for again as a client does. */
async function answerTo(example: Example): Promise<Response> {
  const { status } = example.answer;
  return eventually(`${example.method} ${example.path}: ${status}`, async () => {
    const answer = await send(example);
    return (answer.status === status || answer.status !== 409) && answer;
  });
}

describe("docs/api.md", () => {
  beforeAll(async () => {
    expect(examples.length).toBeGreaterThan(20);
    await newHourOfMails();
  });

  test.each(examples)("line $line: $method $path as $as is answered as it says", async (example) => {
    await bindToken(example);
    const answer = await answerTo(example);
    const text = await answer.text();
    expect(answer.status, text).toBe(example.answer.status);
    for (const [name, value] of Object.entries(example.answer.headers))
      expect(answer.headers.get(name)).toBe(value);
    const { body } = example.answer;
    if (body !== undefined) expect(differences(body, JSON.parse(text), bound)).toEqual([]);
  });
});
