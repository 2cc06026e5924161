import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pageHeaders } from "../../functions/approval-page/page/headers.ts";
import { pendingGrant } from "../fakes/scenes.ts";
import type { Received } from "../fakes/services.ts";
import { useWorld } from "../fakes/use-world.ts";
import type { World } from "../fakes/world.ts";
import { browserThere, openBrowser, skippedWithout } from "./chromium.ts";

const MAILED = "https://approve.test/v1";

/** The approval API, as far as a browser sees it: the page's own functions behind HTTP. */
async function serve(world: () => World): Promise<{ server: Server; base: string; posts: string[] }> {
  const posts: string[] = [];
  const server = createServer(async (request, response) => {
    const token = decodeURIComponent(/^\/v1\/approvals\/([^/?]+)/.exec(request.url ?? "")?.[1] ?? "");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    if (request.method === "POST") posts.push(body);
    // Other methods have no route: API Gateway refuses them.
    const known = request.method === "GET" || request.method === "POST";
    const answer = !known
      ? { status: 403, html: "" }
      : request.method === "GET"
        ? await world().page(token)
        : await world().submit(token, body);
    response.writeHead(answer.status, pageHeaders).end(answer.html);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { server, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, posts };
}

/** Every address in a mail, in its text and in its HTML. */
function linksOf({ text, html }: Received): string[] {
  const plain = text.match(/https?:\/\/[^\s<>"]+/g) ?? [];
  const marked = [...html.matchAll(/(?:href|src|action)="(https?:[^"]+)"/g)].map(([, url]) => url ?? "");
  return [...new Set([...plain, ...marked])];
}

type Filling = { name: string; code: string | undefined; choice: "none" | "approve" | "reject" };
const fillings: Filling[] = ["none", "approve", "reject"].flatMap((choice) =>
  [
    ["nothing filled in", undefined],
    ["blanks", "   "],
    ["a word", "test"],
    ["an address", "scanner@mail.example"],
    ["a code cut short", "abcd-efg"],
  ].map(([name, code]) => ({ name: `${name}, ${choice}`, code, choice }) as Filling),
);

/** What a scanner does on a page: presses whatever can be pressed, then fills in and sends every form in every way. */
async function prod(page: Page, link: string, { code, choice }: Filling): Promise<void> {
  for (const way of ["form.submit()", "form.requestSubmit()"]) {
    await page.goto(link);
    expect(await page.evaluate("document.forms.length")).toBe(1);
    await Promise.all([
      page.waitForEvent("load"),
      page.evaluate(`(() => {
        for (const form of document.forms) {
          form.noValidate = true;
          for (const field of form.elements) {
            field.required = false;
            if (field.type === "radio") field.checked = field.value === ${JSON.stringify(choice)};
            if (["text", "textarea"].includes(field.type)) field.value = ${JSON.stringify(code ?? "")};
          }
          ${way};
        }
      })()`),
    ]);
    expect(await page.title()).toContain("Not decided yet");
  }
}

describe.skipIf(!browserThere)(`a mail scanner that is a browser${skippedWithout}`, () => {
  const at = useWorld();
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serve>>;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser?.close());
  beforeEach(async () => {
    site = await serve(() => at.world);
    page = await browser.newPage();
  });
  afterEach(async () => {
    await page.context().close();
    site.server.closeAllConnections();
    await new Promise((done) => site.server.close(done));
  });

  const mailsOf = (id: string) => {
    const mails = at.world.mail.inbox.filter(({ text }) => text.includes(id));
    expect(mails.length).toBeGreaterThan(1);
    return mails;
  };
  const here = (link: string) => link.replace(MAILED, site.base);
  const triesOf = () =>
    at.world.fake.items().flatMap((item) => (item.entity === "link" ? [item.wrongCodes] : []));
  const decisions = () =>
    ["grant.stage_approved", "grant.approved", "grant.rejected"].flatMap((type) => at.world.events(type));

  it("opens every link, runs scripts and submits every form with empty and malformed fields: nothing is decided, nothing is counted (A-06, A-07, A-08, I-16)", async () => {
    const id = await pendingGrant(at.world);
    for (const mail of mailsOf(id)) {
      const links = linksOf(mail);
      expect(links).toHaveLength(1);
      for (const link of links) for (const filling of fillings) await prod(page, here(link), filling);
    }
    expect(site.posts.length).toBe(mailsOf(id).length * fillings.length * 2);
    expect(at.world.status(id)).toBe("PENDING");
    expect(decisions()).toEqual([]);
    expect(triesOf()).toEqual(mailsOf(id).map(() => 0));
    // No sooner is it gone than the approver decides, at the first try.
    expect((await at.world.decide("priya", "approve")).status).toBe(200);
    expect(at.world.status(id)).toBe("ACTIVE");
  }, 120_000);

  it("guesses codes of the right form: nothing is decided, and the approver is slowed, never shut out", async () => {
    const id = await pendingGrant(at.world);
    const mail = at.world.mail.to("priya");
    for (const code of ["aaaa-aaaa", "abcd-efgh", "password", "abcdefgh"])
      await prod(page, here(linksOf(mail)[0] ?? ""), { name: code, code, choice: "approve" });
    expect(at.world.status(id)).toBe("PENDING");
    expect(decisions()).toEqual([]);
    expect(triesOf().filter((count) => count !== 0)).toEqual([5]);
    expect((await at.world.decide("priya", "approve")).status).toBe(429);
    at.world.tick(30_000);
    expect((await at.world.decide("priya", "approve")).status).toBe(200);
    expect(at.world.status(id)).toBe("ACTIVE");
  }, 60_000);

  it("sends requests of its own from the page and beside it: the page's policy or the server refuses them (A-07)", async () => {
    const id = await pendingGrant(at.world);
    const link = here(linksOf(at.world.mail.to("priya"))[0] ?? "");
    await page.goto(link);
    const injected = await page.evaluate(`(async () => {
      const sent = await fetch(location.href, { method: "POST", body: "decision=approve&code=" }).then(() => "sent", () => "refused");
      const script = document.createElement("script");
      script.textContent = "document.title = 'ran'";
      document.body.append(script);
      return [sent, document.title === "ran"];
    })()`);
    expect(injected).toEqual(["refused", false]);
    const { request } = page.context();
    const statuses = await Promise.all([
      request.head(link).then((answer) => answer.status()),
      request.fetch(link, { method: "OPTIONS" }).then((answer) => answer.status()),
      request.get(`${link}?decision=approve&code=aaaa-aaaa`).then((answer) => answer.status()),
      request.post(link, { data: { decision: "approve" } }).then((answer) => answer.status()),
      request
        .post(link, { form: { decision: "approve", code: "", stage: "1", approver: "tomas" } })
        .then((answer) => answer.status()),
      request.post(link, { multipart: { decision: "approve", code: "" } }).then((answer) => answer.status()),
    ]);
    expect(statuses).toEqual([403, 403, 200, 400, 400, 400]);
    expect(at.world.status(id)).toBe("PENDING");
    expect([decisions(), triesOf()]).toEqual([[], [0, 0]]);
  }, 60_000);
});
