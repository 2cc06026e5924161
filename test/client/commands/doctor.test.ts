import { describe, expect, test } from "vitest";
import { type Answers, grantOf, refusal, run, withFile } from "./run.ts";

const ARN = "arn:aws:iam::000000000000:user/agent";
const resource = {
  ...{
    id: "claims",
    kind: "s3-prefix",
    description: "",
    arn: "arn:aws:s3:::b/p/*",
    environment: "production",
  },
  ...{ classification: "internal", tags: [], accesses: ["read"], maxWindowSeconds: 1800, approval: "people" },
};
const forbidden = refusal(403, "forbidden", "The caller is not known here.");

/** A world in which all is well, but for what a test changes. */
function world(
  over: { clockSeconds?: number; sts?: string; catalogue?: object; grants?: object[] } = {},
): Answers {
  const headers = { date: new Date(Date.now() - (over.clockSeconds ?? 0) * 1000).toUTCString() };
  const stsBody = over.sts ?? `<Arn>${ARN}</Arn>`;
  let looks = 0;
  return ({ method, path }) => {
    if (path === "/") return { body: stsBody, status: over.sts ? 403 : 200 };
    if (path.startsWith("/grants")) return { body: { grants: over.grants ?? [] } };
    // Unsigned first.
    if (method === "GET" && ++looks === 1) return { ...forbidden, headers };
    return (over.catalogue as ReturnType<Answers>) ?? { body: { resources: [resource] } };
  };
}
async function doctor(answers: Answers, profiles?: string) {
  const ran = profiles
    ? await withFile("latchkey.yaml", profiles, (file) => run(answers, "doctor", "--json", "--file", file))
    : await run(answers, "doctor", "--json");
  const { findings } = JSON.parse(ran.out) as { findings: { about: string; state: string; text: string }[] };
  return { ...ran, states: Object.fromEntries(findings.map(({ about, state }) => [about, state])), findings };
}
const profile = (over: object): string =>
  JSON.stringify({
    profiles: { notes: { resource: "claims", access: "read", window: "15m", purpose: "notes", ...over } },
  });

describe("latchkey doctor", () => {
  test("says of a healthy world that it is, line by line, and ends with 0", async () => {
    const { code, states, findings } = await doctor(
      world({ grants: [grantOf()] }),
      profile({ scope: { prefix: "a/" } }),
    );
    expect([code, Object.values(states).every((state) => state === "ok")]).toEqual([0, true]);
    expect(Object.keys(states)).toEqual([
      ...[
        "endpoint",
        "region",
        "answer",
        "clock",
        "identity",
        "known",
        "catalogue",
        "profiles",
        "access roles",
      ],
    ]);
    expect(findings.find(({ about }) => about === "identity")?.text).toBe(ARN);
  });

  test.each([600, -600])(
    "measures a clock that is %i s off, and blames nothing else",
    async (clockSeconds) => {
      const { code, states, findings } = await doctor(world({ clockSeconds }));
      expect([code, states.clock, states.identity]).toEqual([68, "wrong", undefined]);
      const text = findings.find(({ about }) => about === "clock")?.text ?? "";
      expect(Math.abs(Number(/^(\d+) s/.exec(text)?.[1]) - 600)).toBeLessThan(5);
      expect(text).toContain(clockSeconds > 0 ? "fast" : "slow");
    },
  );

  test.each([
    ["credentials that AWS refuses", world({ sts: "<Code>ExpiredToken</Code>" }), 67, "identity"],
    ["a caller that the broker does not know", world({ catalogue: forbidden }), 71, "known"],
    ["a broker that does not answer", () => undefined, 69, "answer"],
    ["something else at the address", () => ({ body: "<html>", status: 404 }), 66, "answer"],
  ])("finds %s", async (_name, answers, code, about) => {
    const found = await doctor(answers as Answers);
    expect([found.code, found.states[about]]).toEqual([code, "wrong"]);
  });

  test("knows a person, who has a catalogue of nothing", async () => {
    const person = world({ catalogue: refusal(403, "not_your_role", "Not for you."), grants: [grantOf()] });
    const { code, findings } = await doctor(person);
    expect(code).toBe(0);
    expect(findings.find(({ about }) => about === "known")?.text).toContain("1 wait for you");
  });

  test.each([
    [{ resource: "other" }, /there is no other/],
    [{ access: "write" }, /no access write/],
    [{ window: "2h" }, /1800 s at most/],
    [{ scope: { attributes: ["a"] } }, /scope/],
  ])("holds a profile's %j against the catalogue", async (over, sentence) => {
    const { code, findings } = await doctor(world(), profile(over));
    const text = findings.find(({ about }) => about === "profiles")?.text;
    expect([code, text]).toEqual([65, expect.stringMatching(sentence)]);
  });

  test("sees in the agent's own grants that an access role does not trust the broker", async () => {
    const failed = grantOf({ status: "FAILED", closing: { code: "activation_failed", by: "end-access" } });
    const { code, findings } = await doctor(world({ grants: [failed, grantOf()] }));
    expect([code, findings.at(-1)?.text]).toEqual([3, expect.stringMatching(/claims .*access role's trust/)]);
    const healed = await doctor(world({ grants: [grantOf(), failed] }));
    expect([healed.code, healed.states["access roles"]]).toEqual([0, "ok"]);
    expect((await doctor(world())).states["access roles"]).toBe("unknown");
  });
});
