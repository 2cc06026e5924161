import { describe, expect, it } from "vitest";
import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
import {
  type Comparison,
  compareDecisions,
  type Question,
} from "../../../functions/core/policy/difference.ts";
import { preparePolicyEngine } from "../../../functions/core/policy/engine.ts";
import { changed, shipped } from "./example.ts";

const deps = (bundle: PolicyBundle) => ({
  engine: preparePolicyEngine(bundle),
  bundle,
  catalogue: bundle.catalogue,
});
const before = deps(shipped);
const TRIAL = "long-reads-need-ml-platform";

const ask = (agent: string, resource: string, more: object = {}): Question => ({
  ...{ name: `${agent} on ${resource}`, from: "cases", agent },
  ask: { resource, access: "read", windowSeconds: 600, ...more },
});
const docs = ask("support-assistant", "product-docs");
const claims = ask("support-assistant", "claims");

type Content = Omit<PolicyBundle, "version">;
/** What the shipped policy decides otherwise after an edit of its content. */
function onceChanged(edit: (content: Content) => void, ...questions: Question[]): Comparison {
  const { version: _, ...content } = structuredClone(shipped);
  edit(content);
  return compareDecisions(before, deps(changed(shipped, content)), questions);
}
function rule(content: Content, id: string) {
  const found = content.rules.find((each) => each.id === id);
  if (!found) throw new Error(`no rule ${id}`);
  return found;
}
function resource(content: Content, id: string) {
  const found = content.catalogue.resources.find((each) => each.id === id);
  if (!found) throw new Error(`no resource ${id}`);
  return found;
}
const told = ({ otherwise }: Comparison) =>
  otherwise.map(({ question, changed: what, towards }) => [question.name, what, towards]);

describe("what a change of the policy decides otherwise", () => {
  it("is nothing when nothing is changed", () => {
    expect(onceChanged(() => {}, docs, claims)).toEqual({
      ...{ compared: 2, otherwise: [], byOtherRules: [] },
      onTrial: [{ rule: TRIAL, deny: 0, ask: 0, allow: 0, error: 0 }],
    });
  });

  it("is nothing when a rule is put on trial that was not there, and tells what it would have done", () => {
    const tried = onceChanged(
      (content) => {
        content.rules.push({
          ...{ id: "no-docs", reason: "to see", effect: "forbid", shadow: true },
          text: 'forbid (principal, action, resource == Resource::"product-docs");',
        });
      },
      docs,
      claims,
    );
    expect(tried.otherwise).toEqual([]);
    expect(tried.onTrial.at(-1)).toEqual({ rule: "no-docs", deny: 1, ask: 0, allow: 0, error: 0 });
  });

  it("is what a rule does that was on trial and is in force", () => {
    const put = onceChanged(
      (content) => {
        const { shadow: _, ...live } = rule(content, TRIAL);
        content.rules = content.rules.map((each) => (each.id === TRIAL ? live : each));
      },
      { ...docs, name: "long", ask: { ...docs.ask, windowSeconds: 3_600 } },
    );
    expect(told(put)).toEqual([["long", ["outcome", "stages"], "less"]]);
    expect(put.onTrial).toEqual([]);
  });

  it("is nothing when a rule only has another name, and says that it has", () => {
    const renamed = onceChanged((content) => {
      rule(content, "read-at-home").id = "read-near";
    }, docs);
    expect(renamed.otherwise).toEqual([]);
    expect(renamed.byOtherRules.map((each) => [each.before.rules, each.after.rules])).toEqual([
      [["read-at-home"], ["read-near"]],
    ]);
  });

  it("is an ask that nobody is asked about any more: more is let", () => {
    const gone = onceChanged(
      (content) => {
        content.rules = content.rules.filter(({ id }) => id !== "personal-data-needs-privacy");
      },
      docs,
      claims,
    );
    expect(told(gone)).toEqual([[claims.name, ["outcome", "stages"], "more"]]);
    expect(gone.otherwise[0]).toMatchObject({
      before: {
        outcome: "needs_approval",
        stages: [{ group: "privacy", quorum: 1, people: ["priya", "tomas"] }],
      },
      after: { outcome: "allow", stages: [] },
    });
  });

  it("is an ask that is denied now: less is let, and nothing can be done", () => {
    const denied = onceChanged((content) => {
      content.rules = content.rules.filter(({ id }) => !id.startsWith("read-"));
    }, docs);
    expect(told(denied)).toEqual([[docs.name, ["outcome", "capSeconds", "can"], "less"]]);
    expect(denied.otherwise[0]?.after).toMatchObject({ outcome: "deny", rules: ["no-rule-allows"] });
  });

  it.each<[string, number, string]>([
    ["a longer", 3_600, "more"],
    ["a shorter", 900, "less"],
  ])("is %s window", (_, seconds, towards) => {
    const capped = onceChanged((content) => {
      rule(content, "read-at-home").maxWindowSeconds = seconds;
      resource(content, "product-docs").maxWindowSeconds = 3_600;
    }, docs);
    expect(told(capped)).toEqual([[docs.name, ["capSeconds"], towards]]);
  });

  it("is another quorum, and who may answer", () => {
    const stricter = onceChanged((content) => {
      Object.assign(rule(content, "personal-data-needs-privacy").obligation ?? {}, { quorum: 2 });
    }, claims);
    expect(told(stricter)).toEqual([[claims.name, ["stages"], "other"]]);
    const joined = onceChanged((content) => {
      const emil = content.catalogue.people.find(({ id }) => id === "emil");
      emil?.groups.push("privacy");
    }, claims);
    expect(told(joined)).toEqual([[claims.name, ["stages"], "other"]]);
    expect(joined.otherwise[0]?.after.stages[0]?.people).toContain("emil");
  });

  it("is another band of risk", () => {
    const risk = onceChanged((content) => {
      content.risk.factors.firstUse = 30;
    }, docs);
    expect(told(risk)).toEqual([[docs.name, ["riskBand"], "other"]]);
  });

  it("is other data under the same name, another access role, and another identity of the agent", () => {
    const moved = onceChanged((content) => {
      resource(content, "product-docs").arn = "arn:aws:s3:::another-bucket/*";
    }, docs);
    expect(told(moved)).toEqual([[docs.name, ["can"], "other"]]);
    const role = onceChanged((content) => {
      resource(content, "product-docs").accessRole = "another-role";
    }, docs);
    expect(told(role)).toEqual([[docs.name, ["can"], "other"]]);
    const agent = onceChanged((content) => {
      const support = content.catalogue.agents.find(({ id }) => id === "support-assistant");
      support?.principals.push("arn:aws:iam::{account}:role/anybody");
    }, docs);
    expect(told(agent)).toEqual([[docs.name, ["principals"], "other"]]);
  });

  it("is an ask that could not be made before, or cannot be any more", () => {
    const isNew = ask("newcomer", "product-docs");
    const added = onceChanged((content) => {
      const [support] = content.catalogue.agents.filter(({ id }) => id === "support-assistant");
      if (support) content.catalogue.agents.push({ ...support, id: "newcomer", key: "newcomer" });
    }, isNew);
    expect(told(added)).toEqual([[isNew.name, ["outcome"], "more"]]);
    expect(added.otherwise[0]?.before).toMatchObject({
      outcome: "cannot_be_asked",
      reason: "no agent has the id newcomer",
    });
    const tooLong = onceChanged((content) => {
      resource(content, "product-docs").maxWindowSeconds = 300;
    }, docs);
    expect(told(tooLong)).toEqual([[docs.name, ["outcome"], "less"]]);
  });
});
