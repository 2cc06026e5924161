import { beforeAll, describe, expect, it } from "vitest";
import { changesSheet } from "../../../../client/learn/review/changes.ts";
import { isPermitted } from "../../../../client/learn/review/effective.ts";
import { manifestDigest, readManifest } from "../../../../client/learn/review/manifest.ts";
import { filesOf, type Review } from "../../../../client/learn/review/pack.ts";
import { answerText } from "../../../../client/learn/review/sheets.ts";
import { sha256Hex } from "../../../../functions/core/canonical.ts";
import { deployPolicy } from "../../../fakes/policy.ts";
import { deps, fewAgents, grantNo, odd, ordinary, reviewFor } from "./example.ts";

/** The policy of the review before: a rule fewer, an agent more, data that one more agent could read. */
const previous = deployPolicy((bundle) => {
  fewAgents(bundle);
  bundle.rules = bundle.rules.filter(({ id }) => id !== "write-needs-ml-platform");
  const { agents, people } = bundle.catalogue;
  const reviewer = agents.find(({ id }) => id === "access-reviewer");
  if (reviewer) reviewer.environment = "staging";
  bundle.catalogue.people = people.filter(({ id }) => id !== "tomas");
});

let review: Review;
beforeAll(async () => {
  const calls = [
    { id: "u1", at: Date.UTC(2026, 9, 2, 9, 5), service: "s3", action: "GetObject", grant: grantNo(0) },
    {
      id: "u2",
      at: Date.UTC(2026, 9, 2, 9, 6),
      service: "s3",
      action: "GetObject",
      grant: grantNo(0),
      error: "AccessDenied",
    },
    { id: "u3", at: Date.UTC(2026, 9, 2, 9, 7), service: "s3", action: "GetObject" },
  ];
  review = await reviewFor([...ordinary, ...odd], { previous, calls });
}, 60_000);

const permission = (agent: string, resource: string, access: string, masked = false) => {
  const found = review.permissions.find(
    (each) =>
      each.agent.id === agent &&
      each.resource.id === resource &&
      each.access === access &&
      each.masked === masked,
  );
  if (!found) throw new Error(`${agent} ${access} ${resource}`);
  return found;
};

describe("who may ask for what", () => {
  it.each([
    ["eval-runner", "eval-sets", "read", "at once", "at once", 1800],
    ["eval-runner", "embedding-corpus", "read", "at once", "1 of ml-platform", 3600],
    ["eval-runner", "embedding-corpus", "write", "1 of ml-platform", "1 of ml-platform", 900],
    ["eval-runner", "claims", "read", "never", "never", undefined],
    ["support-assistant", "claims", "read", "1 of privacy", "1 of privacy", 1800],
    [
      "support-assistant",
      "medical-reports",
      "read",
      "2 of privacy, 1 of data-owners",
      "2 of privacy, 1 of data-owners",
      900,
    ],
  ] as const)(
    "%s may %s: a part of %s at %s, the whole at %s",
    (agent, resource, access, part, whole, longest) => {
      const found = permission(agent, resource, access);
      expect([answerText(found, "ordinary"), answerText(found, "whole"), found.longestSeconds]).toEqual([
        part,
        whole,
        longest,
      ]);
    },
  );

  it("tells what is otherwise masked, at night, in an emergency, and who may answer", () => {
    expect(answerText(permission("support-assistant", "claims", "read", true), "ordinary")).toBe("at once");
    expect(answerText(permission("support-assistant", "model-artifacts", "read"), "night")).toBe(
      "1 of security",
    );
    expect(permission("support-assistant", "claims", "read")).toMatchObject({
      mayBreakGlass: true,
      approvers: ["privacy: priya, tomas"],
    });
    // Its owner never approves what an agent asks.
    expect(permission("eval-runner", "embedding-corpus", "write").approvers).toEqual(["ml-platform: luca"]);
  });

  it("says of an action what its triggers call for, and where only its parameters tell", () => {
    const mail = permission("support-assistant", "send-mass-mail", "perform");
    expect([answerText(mail, "ordinary"), answerText(mail, "triggered")]).toEqual([
      "at once",
      "1 of communications",
    ]);
    const off = permission("access-reviewer", "sign-off-access-review", "perform");
    expect(answerText(off, "ordinary")).toBe("by its parameters");
    expect(off.byParameters).toContain("data-owners-signs-off");
    expect(answerText(permission("support-assistant", "sign-access-review", "perform"), "ordinary")).toBe(
      "never",
    );
  });
});

describe("what wants a reason", () => {
  it("is each thing that was planted, and nothing else", () => {
    expect(review.exceptions.map(({ kind, grant, person }) => [kind, grant, person ?? ""])).toEqual([
      ["glass_broken", grantNo(10), ""],
      ["hasty_yes", grantNo(11), "priya"],
      ["owner_approved", grantNo(12), "luca"],
      ["people_missing", grantNo(13), ""],
      ["window_over_cap", grantNo(14), ""],
      ["resource_unknown", grantNo(15), ""],
    ]);
  });

  it("is nothing in an ordinary month", async () => {
    const quiet = await reviewFor(ordinary);
    expect(quiet.exceptions).toEqual([]);
    expect(filesOf(quiet, "0.0.0").get("index.html")).toContain("Nothing wants a reason");
  }, 60_000);
});

describe("what a month's record tells", () => {
  it("counts asks of the month, and words of the month whenever was asked", () => {
    expect(review.gathered.asked.map(({ id }) => id)).not.toContain(grantNo(5));
    const late = review.gathered.words.find(({ grant }) => grant.id === grantNo(5));
    expect(late).toMatchObject({ person: "priya", said: "yes", tookMs: 86_400_000 });
    expect(review.use).toMatchObject({
      calls: 3,
      unknown: 1,
      use: [{ agent: "eval-runner", calls: 1, refused: 1 }],
    });
  });

  it("tells which changes the record knows, and which comparing two policies does", () => {
    const told = review.changes.map(({ known, what, id, change }) => `${known}: ${what} ${id} ${change}`);
    expect(told).toEqual(
      expect.arrayContaining([
        `record: policy ${deps.bundle.version} in force`,
        "record: person tomas added",
        "comparison: rule write-needs-ml-platform added",
        "comparison: agent access-reviewer changed",
        "comparison: group privacy changed",
        "comparison: person tomas added",
        "comparison: permission access-reviewer read eval-sets lost",
        "comparison: permission access-reviewer perform sign-access-review gained",
        "comparison: permission eval-runner write embedding-corpus changed",
      ]),
    );
    expect(told.filter((line) => line.includes("permission eval-runner read eval-sets"))).toEqual([]);
    expect(changesSheet(review.changes).rows.length).toBe(review.changes.length);
  });
});

describe("a pack's files", () => {
  it("are each in the manifest with their hash, and are safe in a spreadsheet", () => {
    const files = filesOf(review, "1.2.3");
    const text = files.get("manifest.json") ?? "";
    const read = readManifest(text);
    if (!read.ok) throw new Error(read.why);
    expect(read.digest).toBe(manifestDigest(text));
    expect(read.manifest).toMatchObject({
      month: "2026-10",
      isOver: true,
      latchkey: "1.2.3",
      counts: { exceptions: 6, calls: 3 },
    });
    expect(read.manifest.counts.permissions).toBe(review.permissions.filter(isPermitted).length);
    expect(Object.keys(read.manifest.files).sort()).toEqual(
      [...files.keys()].filter((name) => name !== "manifest.json").sort(),
    );
    for (const [name, said] of Object.entries(read.manifest.files))
      expect(said).toEqual({
        bytes: Buffer.byteLength(files.get(name) ?? ""),
        sha256: sha256Hex(files.get(name) ?? ""),
      });
    expect(files.get("asked.csv")).toContain(`"'=HYPERLINK(""http://127.0.0.1/"",""more"")"`);
    expect(read.manifest.groups["data-owners"]).toEqual({ agents: 1, grants: 6, exceptions: 4 });
  });

  it.each([
    ["of a later release", (text: string) => text.replace('"v":1}', '"v":2}'), "later"],
    ["with a member more", (text: string) => text.replace('"v":1}', '"v":1,"w":1}'), "not"],
    ["in another form of the same JSON", (text: string) => `${text}\n`, "not"],
    ["that is something else", () => "{}", "not"],
  ])("a manifest %s is not read", (_what, change, why) => {
    expect(readManifest(change(filesOf(review, "1.2.3").get("manifest.json") ?? ""))).toEqual({
      ok: false,
      why,
    });
  });
});
