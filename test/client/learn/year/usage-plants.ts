import { deployPolicy } from "../../../fakes/policy.ts";
import { habits } from "./habits.ts";
import { NOBODY_USES, ONE_PREFIX } from "./used.ts";

type Expect = (what: string, is: unknown, wants: unknown) => void;
type Unused = { resource?: string; why: string };

/** The one action of the catalogue that the year performs. */
const PERFORMED = "send-mass-mail";

/**
 * What `insights usage --json` must say of a year: what is planted, and nothing else. `alsoIdle`: what a year of few asks
 * leaves unused by chance.
 */
export function expectUsage(json: string, expect: Expect, alsoIdle: readonly string[] = []): void {
  const { proposals = [], idle } = JSON.parse(json || "{}");
  const { prefix, ...of } = ONE_PREFIX;
  expect(
    "usage: proposals",
    proposals.map(({ narrows, agent, resource, access, scope }: Record<string, unknown>) => ({
      ...{ narrows, agent, resource, access, scope },
    })),
    [{ narrows: "scope", ...of, scope: { prefix } }],
  );
  expect("usage: the proposal's change loads", typeof proposals[0]?.change?.patch, "string");
  const { agents, actions: types = [] } = deployPolicy().catalogue;
  expect(
    "usage: agents in nobody's use",
    idle?.agents.map(({ agent, why }: { agent: string; why: string }) => [agent, why]),
    agents.filter(({ id }) => !habits.some(({ agent }) => agent === id)).map(({ id }) => [id, "never_asked"]),
  );
  const actions = types.map(({ id }) => id);
  expect(
    "usage: resources in nobody's use",
    idle?.resources
      .filter(({ resource = "", why }: Unused) => why === "never_asked" || !alsoIdle.includes(resource))
      .map(({ resource, why }: Unused) => [resource, why]),
    [NOBODY_USES, ...actions.filter((id) => id !== PERFORMED)].map((id) => [id, "never_asked"]),
  );
}
