import { deployPolicy } from "../../../fakes/policy.ts";
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
  expect("usage: agents in nobody's use", idle?.agents, []);
  const actions = (deployPolicy().catalogue.actions ?? []).map(({ id }) => id);
  expect(
    "usage: resources in nobody's use",
    idle?.resources
      .filter(({ resource = "", why }: Unused) => why === "never_asked" || !alsoIdle.includes(resource))
      .map(({ resource, why }: Unused) => [resource, why]),
    [NOBODY_USES, ...actions.filter((id) => id !== PERFORMED)].map((id) => [id, "never_asked"]),
  );
}
