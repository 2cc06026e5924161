import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { as, eventually, invitation, openPage, pause, report, submitForm } from "./world.ts";

type Action = {
  id: string;
  status: string;
  parametersDigest: string;
  permit?: string;
  redeemed?: { by: string };
  outcome?: { result: string };
};
type Answer = { status: number; body: Record<string, unknown> };

const assistant = as("support-assistant");
const gateway = as("mail-gateway");
const parameters = {
  template: "outage-apology",
  subject: "Sorry",
  segment: "eu-customers",
  recipients: 4200,
};
const codeOf = ({ body }: Answer) => (body.error as { code?: string } | undefined)?.code;

/** As a client does: a busy machine's function may not answer in time, and the key makes it the same ask. */
async function act(purpose: string, given: object = parameters): Promise<Action> {
  const once = { "idempotency-key": randomUUID() };
  const body = { type: "send-mass-mail", parameters: given, purpose };
  let answer = await assistant("POST", "/actions", body, once);
  for (let again = 0; answer.status >= 500 && again < 3; again += 1)
    answer = await assistant("POST", "/actions", body, once);
  if (answer.status !== 201) throw new Error(`act: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as Action;
}

const permitted = (id: string): Promise<Action & { permit: string }> =>
  eventually(`a permit of ${id}`, async () => {
    const action = (await assistant("GET", `/actions/${id}?wait=5`)).body as Action;
    return action.permit !== undefined && (action as Action & { permit: string });
  });

/** Sent again, with its key, when the machine was too busy: whoever redeemed and lost the answer is told again. */
async function redeem(id: string, body: object, caller = gateway): Promise<Answer> {
  const once = { "idempotency-key": randomUUID() };
  for (let tries = 1; ; tries += 1) {
    const answer = await caller("POST", `/actions/${id}/redeem`, body, once);
    if (answer.status < 500 || tries === 10) return answer;
    await pause(200 * tries);
  }
}

/** Each call is a process of its own on the local AWS; of 32 at once the unit tests tell. */
const AT_ONCE = 8;

describe("one action at a time", () => {
  it("a mass mail waits for communications, is permitted once with exactly its parameters, and reported on", async () => {
    const { id, parametersDigest } = await act("tell customers about the outage");
    const { link, code, mail } = await invitation(id, "yara.nassar@northwind.example");
    expect(mail.subject).toContain("asks to have done: send-mass-mail");
    const page = await openPage(link);
    for (const shown of ["4200", "eu-customers", "outage-apology", parametersDigest])
      expect(page.html).toContain(shown);
    expect((await submitForm(link, { decision: "approve", code })).status).toBe(200);

    const { permit } = await permitted(id);
    expect(codeOf(await redeem(id, { permit, parameters }, assistant))).toBe("wrong_audience");
    expect(codeOf(await redeem(id, { permit, parameters }, as("claims-desk")))).toBe("wrong_audience");
    const more = { ...parameters, recipients: 4201 };
    expect(codeOf(await redeem(id, { permit, parameters: more }))).toBe("permit_mismatch");
    expect(await redeem(id, { permit, parameters })).toMatchObject({ status: 200, body: { redeemed: true } });
    expect(codeOf(await redeem(id, { permit, parameters }))).toBe("permit_used");
    expect(await gateway("POST", `/actions/${id}/outcome`, { result: "done" })).toMatchObject({
      status: 200,
    });
    expect((await assistant("GET", `/actions/${id}`)).body).toMatchObject({
      redeemed: { by: "mail-gateway" },
      outcome: { result: "done" },
    });
  });

  it("a routine one is permitted at once, and of concurrent redemptions one succeeds", async () => {
    const from = Date.now();
    const one = { ...parameters, recipients: 1 };
    const { id } = await act("answer one customer", one);
    const { permit } = await permitted(id);
    report(`a routine action: ${Date.now() - from} ms from the ask to the permit`);
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => redeem(id, { permit, parameters: one })),
    );
    const codes = answers.map((answer) => codeOf(answer) ?? String(answer.status));
    expect(codes.filter((code) => code === "200")).toHaveLength(1);
    expect(codes.filter((code) => code === "permit_used")).toHaveLength(AT_ONCE - 1);
  });

  it("a revoke ends it before it is done", async () => {
    const one = { ...parameters, recipients: 1 };
    const { id } = await act("answer one customer, in vain", one);
    const { permit } = await permitted(id);
    const stop = await as("samira")("POST", `/grants/${id}/revoke`, { reason: "the wrong customer" });
    expect(stop).toMatchObject({ status: 200, body: { status: "REVOKED", proof: "no_session" } });
    expect(codeOf(await redeem(id, { permit, parameters: one }))).toBe("grant_over");
  });
});
