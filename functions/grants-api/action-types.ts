import { asResource } from "../core/actions/action-type.ts";
import type { CatalogueView } from "../core/api/schemas.ts";
import type { Agent } from "../core/catalogue.ts";
import { PERFORM } from "../core/kinds/names.ts";
import { decideOnce } from "../core/policy/ask.ts";
import { NEWCOMER } from "../core/policy/context.ts";
import { APPROVAL, type ReadDeps } from "./read.ts";

/** The action types that there are, with what each takes now for this agent where no trigger fires. */
export function actionsFor(deps: ReadDeps, agent: Agent): NonNullable<CatalogueView["actions"]> {
  return (deps.catalogue.actions ?? []).map((type) => {
    const { id, description, arn, environment, classification, tags, audience, performer } = type;
    const facts = {
      windowSeconds: type.permitSeconds,
      ...{ wholeResource: false, masked: false, breakGlass: false, purposeGiven: true, ticketGiven: false },
      ...{ triggers: [], parameters: { numbers: {}, texts: {}, flags: {} } },
      ...{ startsAt: deps.now(), standing: NEWCOMER },
    };
    const asked = { agent, resource: asResource(type), access: PERFORM, facts, at: deps.now() } as const;
    return {
      ...{ id, description, arn, environment, classification, tags, audience },
      ...(performer ? { performer } : {}),
      ...{ reversible: type.reversible, permitSeconds: type.permitSeconds, parameters: type.parameters },
      triggers: (type.triggers ?? []).map(({ id: trigger, reason }) => ({ id: trigger, reason })),
      approval: APPROVAL[decideOnce(deps, asked).outcome],
    };
  });
}
