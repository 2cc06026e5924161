import { describe, expect, it } from "vitest";
import { type UninstallDeps, uninstall } from "../../infra/uninstall/uninstall.ts";
import { settings } from "./templates.ts";

const HERE = "123456789012";
const OTHER = "210987654321";
const { catalogue } = settings.bundle;
const LATER = "2999-01-01T00:00:00Z";

function fake(more: Partial<UninstallDeps> = {}) {
  const done: string[] = [];
  const said: string[] = [];
  const deps: UninstallDeps = {
    accountId: HERE,
    readRole: async () => ({ live: [], denied: [] }),
    shut: async (name) => {
      done.push(`shut ${name}`);
      return true;
    },
    removeDenyList: async (name) => {
      done.push(`remove ${name}`);
    },
    pause: async (ms) => {
      done.push(`pause ${ms}`);
    },
    destroy: async (stacks) => {
      done.push(`destroy ${stacks.join(" ")}`);
    },
    now: () => Date.parse("2026-11-21T10:00:00Z"),
    say: (line) => said.push(line),
    ...more,
  };
  return { deps, done, said };
}
const entry = (endsAt: string) => ({ grantId: "aaaaaaaaaaaaaaab", endsAt });

describe("uninstalling", () => {
  it("shuts every access role before it lifts any denial, destroys the stacks, and says what remains", async () => {
    const { deps, done, said } = fake();
    expect(await uninstall(deps, catalogue, { force: false })).toBe(true);
    const roles = new Set(catalogue.resources.map(({ accessRole }) => `latchkey-access-${accessRole}`));
    const shut = done.filter((each) => each.startsWith("shut "));
    const removed = done.filter((each) => each.startsWith("remove "));
    expect(new Set(shut.map((each) => each.slice(5)))).toEqual(roles);
    expect(new Set(removed.map((each) => each.slice(7)))).toEqual(roles);
    expect(done).toEqual([...shut, ...removed, "destroy LatchkeyAudit LatchkeyAccessRoles LatchkeyBroker"]);
    expect(said.filter((line) => line.startsWith("Remains"))).toHaveLength(4);
  });

  it.each([
    ["live", { live: [entry(LATER)], denied: [] }],
    ["revoked, within their window", { live: [], denied: [entry(LATER)] }],
  ])("does nothing while grants are %s; with --force it does, and has said so", async (_, found) => {
    const refused = fake({ readRole: async () => found });
    expect(await uninstall(refused.deps, catalogue, { force: false })).toBe(false);
    expect(refused.done).toEqual([]);
    expect(refused.said.join()).toContain("--force");
    const forced = fake({ readRole: async () => found });
    expect(await uninstall(forced.deps, catalogue, { force: true })).toBe(true);
    expect(forced.said[0]).toMatch(/latchkey-access-.*: 1 (live|revoked) grants/);
  });

  it("lifts the denial of a revoked grant only when IAM has had time to hear that the role is shut (I-29)", async () => {
    const { deps, done } = fake({ readRole: async () => ({ live: [], denied: [entry(LATER)] }) });
    expect(await uninstall(deps, catalogue, { force: true })).toBe(true);
    const pause = done.indexOf("pause 15000");
    expect(pause).toBeGreaterThan(done.findLastIndex((each) => each.startsWith("shut ")));
    expect(pause).toBeLessThan(done.findIndex((each) => each.startsWith("remove ")));
  });

  it("minds no grant whose window is over", async () => {
    const { deps } = fake({ readRole: async () => ({ live: [], denied: [entry("2026-11-21T09:59:59Z")] }) });
    expect(await uninstall(deps, catalogue, { force: false })).toBe(true);
  });

  it("takes a table that cannot be read for live grants", async () => {
    const { deps, done } = fake({ readRole: async () => undefined });
    expect(await uninstall(deps, catalogue, { force: false })).toBe(false);
    expect(done).toEqual([]);
  });

  it("goes on where an earlier try stopped: a role that is gone needs nothing", async () => {
    const { deps, done } = fake({ shut: async () => false });
    expect(await uninstall(deps, catalogue, { force: false })).toBe(true);
    expect(done).toEqual(["destroy LatchkeyAudit LatchkeyAccessRoles LatchkeyBroker"]);
  });

  it("in another account takes that account's roles and stack only; here it says what is left to do there", async () => {
    const two = structuredClone(catalogue);
    two.accessRoles = [{ id: "training-data", account: OTHER, copies: 2 }];
    const here = fake();
    await uninstall(here.deps, two, { force: false });
    expect(here.done.join()).not.toContain("training-data");
    expect(here.said.at(-1)).toContain(OTHER);
    const there = fake({ accountId: OTHER, readRole: async () => undefined });
    expect(await uninstall(there.deps, two, { force: true })).toBe(true);
    expect(there.done).toEqual([
      "shut latchkey-access-training-data",
      "shut latchkey-access-training-data.2",
      "pause 15000",
      "remove latchkey-access-training-data",
      "remove latchkey-access-training-data.2",
      `destroy LatchkeyAccessRoles-${OTHER}`,
    ]);
  });
});
