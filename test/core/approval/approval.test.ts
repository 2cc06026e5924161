import { describe, expect, it } from "vitest";
import { addressSpelling, canApprove, mayDecide } from "../../../functions/core/approval/eligible.ts";
import {
  codeHash,
  LINK_TOKEN,
  mustSlowDown,
  sameHash,
  tokenHash,
} from "../../../functions/core/approval/secrets.ts";
import type { Catalogue, Person } from "../../../functions/core/catalogue.ts";
import type { Stage } from "../../../functions/core/grant/grant.ts";

const person = (
  id: string,
  email: string,
  groups: string[],
  principal?: string,
): Catalogue["people"][number] => ({
  id,
  name: id,
  email,
  groups,
  ...(principal ? { principal } : {}),
});
const ROLE = "arn:aws:iam::000000000000:role/agent";
const people = [
  person("luca", "luca@example.com", ["privacy"]),
  person("luca-too", "LUCA+work@Example.com", ["privacy"]),
  person("priya", "priya@example.com", ["privacy"]),
  person("bot", "bot@example.com", ["privacy"], ROLE),
  person("ola", "ola@example.com", ["security"]),
];
const agent = {
  id: "support",
  name: "Support",
  key: "support",
  owner: "luca",
  team: "care",
  environment: "production",
  principals: [ROLE],
};
const catalogue: Catalogue = {
  agents: [agent],
  groups: { privacy: "p", security: "s" },
  people,
  resources: [],
};
const stage = (decided: string[], group = "privacy", number = 1): Stage => ({
  stage: number,
  rule: "r",
  reason: "r",
  group,
  quorum: 2,
  status: "open",
  decided: decided.map((id) => ({ person: id, at: "2026-11-21T09:30:00Z" })),
});
const NOW = Date.UTC(2026, 10, 21, 9, 30);
const may = (group: string, person: Person, of = agent) =>
  canApprove(catalogue, of, { group }, { person, at: NOW });
const mayIds = (stages: Stage[], open: Stage) =>
  mayDecide(catalogue, agent, { agent, stages }, { stage: open, at: NOW }).map(({ id }) => id);

describe("who may decide (I-12)", () => {
  it("is a member of the group, and neither the agent's owner in any spelling nor the agent itself", () => {
    expect(people.filter((one) => may("privacy", one)).map(({ id }) => id)).toEqual(["priya"]);
    expect(people.filter((one) => may("security", one)).map(({ id }) => id)).toEqual(["ola"]);
  });

  it("is nobody when the owner is unknown, or the group", () => {
    const orphan = { ...agent, owner: "gone" };
    expect(people.some((one) => may("privacy", one, orphan))).toBe(false);
    expect(people.some((one) => may("no-such-group", one))).toBe(false);
    expect(people.some((one) => may("", one))).toBe(false);
  });

  it("is nobody who has decided before, in this stage or another (I-13)", () => {
    expect(mayIds([stage([])], stage([]))).toEqual(["priya"]);
    expect(mayIds([stage(["priya"])], stage(["priya"]))).toEqual([]);
    expect(mayIds([stage(["priya"], "other"), stage([], "privacy", 2)], stage([], "privacy", 2))).toEqual([]);
  });

  it.each([
    ["Luca@Example.COM", "luca@example.com"],
    ["luca+a+b@example.com", "luca@example.com"],
    ["\uff4cuca@example.com", "luca@example.com"],
    ["lu.ca@example.com", "lu.ca@example.com"],
  ])("an address %s is told apart as %s", (given, spelling) => expect(addressSpelling(given)).toBe(spelling));
});

describe("the secrets of a link (I-15)", () => {
  const token = "A".repeat(43);

  it("are kept as hashes, of which none gives away another", () => {
    const hashes = [tokenHash(token), codeHash(token, "abcd2345"), codeHash("B".repeat(43), "abcd2345")];
    expect(new Set(hashes).size).toBe(3);
    for (const hash of hashes) {
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(hash).not.toContain("abcd2345");
    }
  });

  it("are compared whole: nothing short, long, empty or no hash is ever the same", () => {
    const hash = tokenHash(token);
    expect(sameHash(hash, hash)).toBe(true);
    for (const other of ["", hash.slice(1), `${hash}00`, tokenHash("x"), "z".repeat(64)])
      expect([
        sameHash(hash, other),
        sameHash(other, hash),
        sameHash(other, other) && other.length !== 64,
      ]).toEqual([false, false, false]);
    expect(sameHash("", "")).toBe(false);
    expect(sameHash("zz".repeat(32), "zz".repeat(32))).toBe(false);
  });

  it.each([
    "",
    "A".repeat(42),
    "A".repeat(44),
    `${"A".repeat(42)}=`,
    `${"A".repeat(42)}\n`,
    `${"A".repeat(43)}\n`,
  ])("are no token: %j", (text) => expect(LINK_TOKEN.test(text)).toBe(false));

  it("slow down after five wrong codes, for half a minute, and never lock", () => {
    const slow = (wrongCodes: number, ago: number | undefined) =>
      mustSlowDown({ wrongCodes, lastWrongAt: ago === undefined ? undefined : 1_000_000 - ago }, 1_000_000);
    expect([
      slow(4, 0),
      slow(5, 0),
      slow(5, 29_999),
      slow(5, 30_000),
      slow(5_000, 30_000),
      slow(5, undefined),
    ]).toEqual([false, true, true, false, false, false]);
  });
});
