import type { ActionBody, ActionView } from "../../functions/core/api/actions.ts";
import type { AskBody, GrantView } from "../../functions/core/api/schemas.ts";
import { canonicalJson, digestOf } from "../../functions/core/canonical.ts";
import { PERFORM } from "../../functions/core/kinds/names.ts";
import type { Broker, Once } from "../broker/broker.ts";
import { LatchkeyError } from "../errors.ts";

type Parameters = ActionBody["parameters"];

/** The longest that any permit is good for; how long one is the action type says. */
const LONGEST_PERMIT_SECONDS = 3_600;

export const isAction = ({ access }: Pick<GrantView, "access">): boolean => access === PERFORM;

/** Parameters as the broker will have them: of canonical JSON, which no later change of the program's own object changes. */
export function settledParameters(parameters: unknown): Parameters {
  let text: string;
  try {
    text = canonicalJson(parameters);
  } catch (cause) {
    throw new LatchkeyError("usage", "The parameters have something in them that JSON cannot hold.", {
      cause,
    });
  }
  const value: unknown = JSON.parse(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Parameters;
  throw new LatchkeyError("usage", "The parameters of an action are one JSON object.");
}

/**
 * An action is a grant, with its parameters as the scope: in this form it is asked for, waited for and given back as any
 * other, by a broker that is made `acting`.
 */
export function askOfAction({ type, parameters, dryRun: _, ...rest }: ActionBody): AskBody {
  return {
    ...rest,
    ...{ resource: type, access: PERFORM, windowSeconds: LONGEST_PERMIT_SECONDS },
    scope: { parameters: canonicalJson(parameters) },
  };
}

function actionOfAsk({ resource, scope, purpose, task, ticket, onBehalfOf, model }: AskBody): ActionBody {
  const said = { task, ticket, onBehalfOf, model };
  return {
    ...{ type: resource, parameters: JSON.parse(String(scope?.parameters)) as Parameters, purpose },
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
  };
}

/** What an action has beside the grant that it is. Never seen in errors, nor in what waits: they hold grants. */
const OWN: readonly string[] = [
  ...["type", "parameters", "parametersDigest", "audience", "performer", "permit"],
];
export function grantOfAction(action: ActionView): GrantView {
  const grant = Object.fromEntries(Object.entries(action).filter(([name]) => !OWN.includes(name))) as Omit<
    GrantView,
    "scope" | "masked"
  >;
  const scope = { parameters: canonicalJson(action.parameters) };
  return { ...grant, scope, masked: false };
}

/**
 * An action type as the catalogue has it, looked up before anybody is asked: nobody is to approve, and Latchkey not to
 * perform, what was meant for somebody else to do. Undefined where there is none, of which the ask itself tells.
 */
export async function actionTypeOf(
  broker: Pick<Broker, "catalogue">,
  type: string,
  signal?: AbortSignal,
): Promise<{ audience: string; performer?: string | undefined } | undefined> {
  const { actions = [] } = await broker.catalogue(signal ? { signal } : {});
  return actions.find(({ id }) => id === type);
}

/** A broker whose `ask` knows the form of `askOfAction` too. */
export const acting = <B extends Pick<Broker, "ask" | "act">>(broker: B): B => ({
  ...broker,
  ask: async (body: AskBody, once?: Once) =>
    isAction(body) ? grantOfAction(await broker.act(actionOfAsk(body), once)) : broker.ask(body, once),
});

/**
 * The action of an ACTIVE grant. What the broker approved has to be what was asked: nothing is done with the permit of
 * anything else.
 */
export async function approvedAction(
  { broker }: { broker: Pick<Broker, "action"> },
  id: string,
  parameters: Parameters,
  signal?: AbortSignal,
): Promise<ActionView> {
  const action = await broker.action(id, signal ? { signal } : {});
  if (action.parametersDigest === digestOf(parameters)) return action;
  throw new LatchkeyError(
    "failed",
    `The broker approved other parameters for action ${id} than were asked for: nothing was done. Tell whoever runs it.`,
  );
}

/**
 * Gives an action back that was not performed, so that nothing of its permit is left usable; what was redeemed is left as
 * it is. When it cannot be looked at it is given back: that only ever lessens.
 */
export async function giveBackAction(
  broker: Pick<Broker, "action" | "release">,
  id: string,
  options: { signal?: AbortSignal } = {},
): Promise<GrantView> {
  const action = await broker.action(id, options).catch(() => undefined);
  return action?.redeemed ? grantOfAction(action) : broker.release(id, options);
}
