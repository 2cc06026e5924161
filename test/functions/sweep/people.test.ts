import { beforeEach, describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
import { timedOut } from "../../fakes/faults.ts";
import { edit } from "../../fakes/policy.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const added = () => at.world.events("person.added");
const removed = () => at.world.events("person.removed");
const without =
  (id: string) =>
  ({ catalogue }: PolicyBundle): void => {
    catalogue.people = catalogue.people.filter((each) => each.id !== id);
  };
const join =
  (...ids: string[]) =>
  ({ catalogue }: PolicyBundle): void => {
    for (const id of ids)
      catalogue.people.push({
        id,
        name: id,
        email: `${id}@northwind.example`,
        groups: [],
        team: "newcomers",
      });
  };
const many = Array.from({ length: 250 }, (_, index) => `newcomer-${index}`);

describe("sweep tells who came and went with a policy (I-47)", () => {
  beforeEach(() => at.world.sweep());

  it("nobody with the first policy ever", () => {
    expect([...added(), ...removed()]).toEqual([]);
  });

  it("each once, by name, with the policy that did it", async () => {
    at.world.deploy((bundle) => {
      without("priya")(bundle);
      join("nadia")(bundle);
    });
    await at.world.sweep();
    await at.world.sweep();
    const policyVersion = at.world.policy.bundle.version;
    const actor = { type: "broker", id: "sweep" };
    expect(removed()).toMatchObject([{ actor, facts: { people: "priya", policyVersion } }]);
    expect(added()).toMatchObject([{ actor, facts: { people: "nadia", team: "newcomers", policyVersion } }]);
  });

  it("again when the policy goes back", async () => {
    at.world.deploy(without("priya"));
    await at.world.sweep();
    at.world.deploy();
    await at.world.sweep();
    expect([removed().length, added().map(({ facts }) => facts.people)]).toEqual([1, ["priya"]]);
  });

  it("nobody when a policy changes something else", async () => {
    at.world.deploy(({ catalogue }) =>
      edit(catalogue.people, "priya", (person) => {
        person.name = "P. Raman";
      }),
    );
    await at.world.sweep();
    expect(at.world.events("policy.changed")).toHaveLength(1);
    expect([...added(), ...removed()]).toEqual([]);
  });

  it("nobody at first where an earlier release kept no people; from then on, whoever comes", async () => {
    const { people: _people, ...old } = at.world.fake.item(keys.policy()) ?? {};
    at.world.fake.plant(old);
    at.world.deploy(join("nadia"));
    await at.world.sweep();
    expect(added()).toEqual([]);
    at.world.deploy((bundle) => join("nadia", "omar")(bundle));
    await at.world.sweep();
    expect(added().map(({ facts }) => facts.people)).toEqual(["omar"]);
  });

  it("also more of them than one transaction takes", async () => {
    at.world.deploy(join(...many));
    await at.world.sweep();
    expect(added().map(({ facts }) => facts.people)).toEqual(many);
  });

  it("each once, when two runs meet and when an answer is lost", async () => {
    at.world.deploy(join("nadia", "omar"));
    let lost = 0;
    at.world.fake.after = (command) => {
      if (!JSON.stringify(command.input).includes("person.added") || lost > 0) return;
      lost += 1;
      throw timedOut("DynamoDB");
    };
    await Promise.all([at.world.sweep(), at.world.sweep()]);
    at.world.fake.after = undefined;
    await at.world.sweep();
    expect(lost).toBe(1);
    expect(added().map(({ facts }) => facts.people)).toEqual(["nadia", "omar"]);
  });
});
