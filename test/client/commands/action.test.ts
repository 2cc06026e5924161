import { describe, expect, test, vi } from "vitest";
import type { ActionView } from "../../../functions/core/api/actions.ts";
import { canonicalJson, digestOf } from "../../../functions/core/canonical.ts";
import { type Answers, grantOf, ID, refusal, run, withFile } from "./run.ts";

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const TYPE = "send-mass-mail";
const PERMIT = `${part({ alg: "ES256" })}.${part({ grant: ID, type: TYPE })}.c2lnbmVk`;
const parameters = { template: "outage", recipients: 4200 };
const SAID = ["--parameters", "template=outage", "--parameters", "recipients:=4200"];
const ASK = ["action", TYPE, ...SAID, "--purpose", "tell customers"];

function actionOf(over: Partial<ActionView> = {}): ActionView {
  const { masked: _, scope: __, ...grant } = grantOf({ resource: TYPE, access: "perform" });
  const own = { parameters, parametersDigest: digestOf(parameters), audience: "mail-gateway" };
  return { ...grant, type: TYPE, ...own, permit: PERMIT, ...over };
}
const grantView = ({ status }: ActionView) => ({
  ...grantOf({ resource: TYPE, access: "perform", status }),
  scope: { parameters: canonicalJson(parameters) },
});

const actionTypeOf = ({ audience = "mail-gateway", performer }: Partial<ActionView>) => ({
  ...{ id: TYPE, audience },
  ...(performer ? { performer } : {}),
});
/** The broker of one action that is approved at once; `changed` as soon as it was redeemed. */
function broker(over: Partial<ActionView> = {}): Answers {
  let action = actionOf(over);
  return ({ method, path, body }) => {
    if (path === "/catalogue") return { body: { resources: [], actions: [actionTypeOf(over)] } };
    if (method === "POST" && path === "/actions") return { status: 201, body: action };
    if (path === `/actions/${ID}/redeem`) {
      if (action.redeemed) return refusal(409, "permit_used", "This permit was redeemed already.");
      action = { ...action, redeemed: { at: "2026-11-21T10:00:00Z", by: "mail-gateway" } };
      const { id, type, agent, parametersDigest } = action;
      const redeemed = { id, redeemed: true, type, agent, parametersDigest, at: "2026-11-21T10:00:00Z" };
      return { body: redeemed };
    }
    if (path === `/actions/${ID}/outcome`) action = { ...action, outcome: body as ActionView["outcome"] };
    if (path === `/grants/${ID}/release`) action = { ...action, status: "REVOKED" };
    return { body: path.startsWith("/grants") ? grantView(action) : action };
  };
}
const paths = (calls: { method: string; path: string }[]) =>
  calls.map(({ method, path }) => `${method} ${path}`);
const LOOK = `GET /actions/${ID}`;

describe("latchkey action", () => {
  test("asks for exactly what was typed, shows it, and keeps the permit to itself", async () => {
    const { code, out, err, calls } = await run(broker(), ...ASK, "--ticket", "T-1");
    expect(code).toBe(0);
    expect(calls[0]).toEqual({
      ...{ method: "POST", path: "/actions" },
      body: { type: TYPE, parameters, purpose: "tell customers", ticket: "T-1" },
    });
    expect(out).toMatch(/^action +send-mass-mail\nwith +recipients: 4200\nwith +template: outage$/m);
    expect(out).toMatch(/^done by +mail-gateway$/m);
    expect(err).toContain(`latchkey action permit ${ID}`);
    expect(out + err).not.toContain(PERMIT);
  });

  test("prints the permit alone, or in JSON, where somebody says so", async () => {
    expect((await run(broker(), ...ASK, "--permit")).out).toBe(`${PERMIT}\n`);
    expect((await run(broker(), "action", "permit", ID)).out).toBe(`${PERMIT}\n`);
    expect(JSON.parse((await run(broker(), ...ASK, "--json", "--permit")).out).permit).toBe(PERMIT);
    const { out } = await run(broker(), ...ASK, "--json");
    expect(JSON.parse(out)).toMatchObject({ id: ID, parameters, parametersDigest: digestOf(parameters) });
    expect(out).not.toContain(PERMIT);
  });

  test("takes parameters from a file, and what is typed after it over that", async () => {
    const file = JSON.stringify({ template: "other", mail: { from: "a" }, recipients: 1 });
    const { calls } = await withFile("parameters.json", file, (path) =>
      run(
        broker(),
        "action",
        TYPE,
        "--parameters",
        path,
        ...SAID,
        "--parameters",
        "mail.to=b",
        "--purpose",
        "x",
      ),
    );
    expect(calls[0]?.body).toMatchObject({ parameters: { ...parameters, mail: { from: "a", to: "b" } } });
  });

  test.each([
    ["a key twice", '{"recipients": 1, "recipients": 9000}', "key twice"],
    ["a key that is none", '{"__proto__": {"recipients": 1}}', "__proto__"],
    ["a list", "[1]", "one JSON object"],
    ["no JSON", "recipients: 1", "not valid JSON"],
  ])("asks for nothing with %s in the file", async (_, content, sentence) => {
    const { code, err, calls } = await withFile("parameters.json", content, (path) =>
      run(broker(), "action", TYPE, "--parameters", path, "--purpose", "x"),
    );
    expect([code, calls]).toEqual([64, []]);
    expect(err).toContain(sentence);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  test("a dry run says what would be decided, and is a no by its exit code", async () => {
    const decision = { ...grantOf().decision, outcome: "deny", plan: [] };
    const { code, calls } = await run(
      () => ({ body: { dryRun: true, decision, digest: "" } }),
      ...ASK,
      "--dry-run",
    );
    expect(code).toBe(77);
    expect(calls[0]?.body).toMatchObject({ dryRun: true, parameters });
  });

  test("does nothing with the permit of other parameters than were asked for", async () => {
    const { code, err } = await run(broker({ parametersDigest: `sha256:${"b".repeat(64)}` }), ...ASK);
    expect(code).toBe(3);
    expect(err).toContain("other parameters");
  });

  test("says what came of what Latchkey itself performs, by its exit code too", async () => {
    const performed = (result: "done" | "failed" | "unknown") =>
      run(broker({ performer: "start-tuning", status: "ENDED", outcome: { result } }), ...ASK);
    const [done, failed, unknown] = [
      await performed("done"),
      await performed("failed"),
      await performed("unknown"),
    ];
    expect([done.code, failed.code, unknown.code]).toEqual([0, 3, 3]);
    expect(done.out).toMatch(/^done by +Latchkey itself \(start-tuning\)$/m);
    expect(done.out).toMatch(/^outcome +done$/m);
    expect(unknown.err).toContain("not known");
  });
});

describe("latchkey action … -- <command>", () => {
  const print = (script: string) => ["--", process.execPath, "-e", script];

  test("runs it with the permit in its environment, for the system that redeems it", async () => {
    const script = `const { LATCHKEY_PERMIT: p, LATCHKEY_ACTION: a, LATCHKEY_PARAMETERS: x } = process.env;
      process.exit(p === "${PERMIT}" && a === "${ID}" && x === '${canonicalJson(parameters)}' ? 0 : 9)`;
    const { code, calls } = await run(broker(), ...withCommand(print(script)));
    expect(code).toBe(0);
    // What it handed over stays good.
    expect(paths(calls)).toEqual(["GET /catalogue", "POST /actions", LOOK]);
  });

  test("is refused before anybody is asked where Latchkey itself performs it", async () => {
    const { code, err, calls } = await run(
      broker({ performer: "start-tuning" }),
      ...withCommand(print("process.exit(0)")),
    );
    expect(code).toBe(64);
    expect(err).toContain("ask without a command");
    expect(paths(calls)).toEqual(["GET /catalogue"]);
  });

  test("gives back a permit that nobody redeemed when it fails, and ends with its code", async () => {
    const { code, calls } = await run(broker(), ...withCommand(print("process.exit(7)")));
    expect(code).toBe(7);
    expect(paths(calls).slice(3)).toEqual([LOOK, `POST /grants/${ID}/release`]);
  });

  test.each([
    [0, { result: "done" }],
    [5, { result: "failed", detail: "its command ended with exit code 5" }],
  ])(
    "where the agent is the audience it is redeemed before, and exit code %i is the outcome",
    async (exit, outcome) => {
      const script = `process.exit(process.env.LATCHKEY_PERMIT ? 9 : ${exit})`;
      const { code, calls } = await run(broker({ audience: "agent" }), ...withCommand(print(script)));
      expect(code).toBe(exit);
      expect(calls.slice(3)).toMatchObject([
        { path: `/actions/${ID}/redeem`, body: { permit: PERMIT, parameters } },
        { path: `/actions/${ID}/outcome`, body: outcome },
      ]);
    },
  );

  /** `--local-file` and `--as` go before the command: what stands after `--` is its own. */
  const withCommand = (command: string[]) => [...ASK, ...command];
});

describe("latchkey action redeem and outcome", () => {
  const redeem = (answers: Answers, ...more: string[]) =>
    withFile("permit", `${PERMIT}\n`, (path) =>
      run(answers, "action", "redeem", TYPE, "--permit-file", path, ...SAID, ...more),
    );

  test("redeems with what is about to be done, and says how to report it", async () => {
    const { code, out, err, calls } = await redeem(broker());
    expect(code).toBe(0);
    expect(calls).toMatchObject([{ path: `/actions/${ID}/redeem`, body: { permit: PERMIT, parameters } }]);
    expect(out).toContain(`Action ${ID} (${TYPE}, asked by support-assistant) is redeemed`);
    expect(err).toContain(`latchkey action outcome ${ID} done`);
  });

  test("takes the permit from the environment, and from no argument", async () => {
    vi.stubEnv("LATCHKEY_PERMIT", PERMIT);
    expect((await run(broker(), "action", "redeem", TYPE, ...SAID)).code).toBe(0);
    vi.unstubAllEnvs();
    const { code, calls } = await run(broker(), "action", "redeem", TYPE, ...SAID);
    expect([code, calls]).toEqual([64, []]);
    const { out } = await run(broker(), "action", "redeem", "--help");
    expect(out).toContain("--permit-file <file>");
    expect(out).not.toContain("--permit <");
  });

  test.each([
    [409, "permit_used", 73],
    [403, "permit_mismatch", 71],
    [403, "wrong_audience", 71],
    [410, "grant_over", 76],
    [403, "locked_down", 77],
    [400, "invalid_request", 64],
  ])("%i %s is exit code %i, one sentence, and nothing performed", async (status, said, expected) => {
    const { code, err, calls } = await redeem(() => refusal(status, said, "This is why."));
    expect([code, calls.length]).toEqual([expected, 1]);
    expect(err).toMatch(/^This is why\.[^\n]*\n/);
    expect(err).not.toContain(PERMIT);
  });

  test("a permit of another action is not even sent", async () => {
    const { code, calls } = await withFile("permit", PERMIT, (path) =>
      run(broker(), "action", "redeem", "pay-claim", "--permit-file", path, ...SAID),
    );
    expect([code, calls]).toEqual([71, []]);
  });

  test("reports an outcome, and `status` shows it", async () => {
    const answers = broker({ redeemed: { at: "2026-11-21T10:00:00Z", by: "mail-gateway" } });
    const { code, out, calls } = await run(
      answers,
      "action",
      "outcome",
      ID,
      "done",
      "--detail",
      "4200 queued",
    );
    expect(code).toBe(0);
    expect(calls[0]).toMatchObject({ body: { result: "done", detail: "4200 queued" } });
    expect(out).toMatch(/^redeemed +by mail-gateway, 2026-11-21T10:00:00Z\noutcome +done \(4200 queued\)$/m);
    expect(out).not.toContain(PERMIT);
    expect((await run(answers, "action", "outcome", ID, "perhaps")).code).toBe(64);
  });
});
