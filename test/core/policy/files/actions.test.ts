import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Case, inCopy, loadAt, loadEdited, sayOf } from "./edited.ts";

const file = "catalogue/actions.yaml";
const recipients = "recipients: { type: integer, minimum: 1, maximum: 5000000 }";
const trigger = "{ id: many-recipients, parameter: recipients, over: 100, reason: more than 100 recipients }";

const cases: Case[] = [
  {
    ...{ rule: "an audience that there is not", file },
    find: "    audience: mail-gateway\n",
    by: "    <here>audience: mail-gate\n",
    says: "actions[0].audience: no performer has the id mail-gate",
  },
  {
    ...{ rule: "an owner group that there is not", file },
    find: "    ownerGroup: communications\n",
    by: "    <here>ownerGroup: comms\n",
    says: "actions[0].ownerGroup: no group has the id comms",
  },
  {
    ...{ rule: "an environment of no agent", file },
    find: "    environment: production\n",
    by: "    <here>environment: prod\n",
    says: "actions[0].environment: no agent is in environment prod",
  },
  {
    ...{ rule: "an ARN that is not of the id", file },
    find: "action/send-mass-mail",
    by: "action/<here>send-mail",
    says: "actions[0].arn: must end in :action/send-mass-mail",
  },
  {
    ...{ rule: "an id twice", file },
    find: "  - id: publish-summary\n    description: Publish what a model wrote about customers\n    arn: arn:aws:latchkey:{region}:{account}:action/publish-summary\n",
    by: "  - <here>id: pay-claim\n    description: Publish\n    arn: arn:aws:latchkey:{region}:{account}:action/pay-claim\n",
    says: "actions[3].id: is already the id of actions[1]",
  },
  {
    ...{ rule: "a trigger on a parameter that there is not", file },
    find: trigger,
    by: trigger.replace("parameter: recipients", "<here>parameter: people"),
    says: "actions[0].triggers[0].parameter: the parameters have no people",
  },
  {
    ...{ rule: "a trigger without a threshold", file },
    find: trigger,
    by: trigger.replace(" over: 100,", "").replace("{ id", "<here>{ id"),
    says: "actions[0].triggers[0]: must have either over or is",
  },
  {
    ...{ rule: "a shown parameter that there is not", file },
    find: "    permitSeconds: 300\n",
    by: "    permitSeconds: 300\n    shown: [subject, <here>bcc]\n",
    says: "actions[0].shown[1]: the parameters have no bcc",
  },
  {
    ...{ rule: "a permit that is good for a day", file },
    find: "    permitSeconds: 300\n",
    by: "    <here>permitSeconds: 86400\n",
    says: "actions[0].permitSeconds: Too big: expected number to be <=3600",
  },
  {
    ...{ rule: "a performing system with an agent's identity", file },
    find: "user/latchkey-example-mail-gateway",
    by: "<here>user/latchkey-example-support-assistant",
    says: "performers[0].principals[0]: is the same identity as agents[2].principals[0]",
  },
  {
    ...{ rule: "the access role that actions are kept under", file: "catalogue/resources.yaml" },
    find: "    accessRole: training-data\n",
    by: "    <here>accessRole: actions\n",
    says: "resources[0].accessRole: is what actions are kept under, and no role",
  },
];

describe("a mistake among the actions is told with its file, line and reason", () => {
  it.each(cases)("$rule", (each) => {
    const { said, expected } = sayOf(each);
    expect(said).toEqual(expect.arrayContaining(expected));
  });

  const problems = (find: string, by: string) =>
    sayOf({ rule: "", file, find, by, says: [] }).said.join("\n");

  it("an id that a resource has too", () => {
    expect(problems("  - id: decide-claim\n", "  - id: claims\n")).toContain("is a resource's id too");
  });

  it.each([
    ["a type that JSON Schema has not", "{ type: whole }", "is no JSON Schema"],
    ["a keyword that JSON Schema has not", "{ type: integer, atMost: 5 }", "is no JSON Schema"],
    ["a reference to elsewhere", '{ $ref: "http://127.0.0.1/schema" }', "must have no $ref"],
  ])("%s", (_, by, says) => {
    expect(problems(recipients, `recipients: ${by}`)).toContain(`actions[0].parameters: ${says}`);
  });

  it("a schema that lets anything else pass", () => {
    expect(problems("      additionalProperties: false\n", "")).toContain(
      "must have additionalProperties: false",
    );
  });
});

describe("the file of actions", () => {
  it("may be missing: then there are none", () => {
    inCopy((dir) => {
      const of = ["actions", "access-review"].flatMap((name) => [
        `cases/${name}.yaml`,
        `rules/${name}.cedar`,
      ]);
      for (const gone of [file, ...of]) rmSync(join(dir, gone));
      expect(loadAt(dir).catalogue.actions).toBeUndefined();
    });
  });

  it("is part of the policy's version", () => {
    const other = loadEdited({ file, find: "    permitSeconds: 300\n", by: "    permitSeconds: 301\n" });
    expect(other.version).not.toBe(inCopy(loadAt).version);
  });
});
