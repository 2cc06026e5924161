import type { ActionBody, ActionView } from "../../functions/core/api/actions.ts";
import type { GrantView } from "../../functions/core/api/schemas.ts";
import { canonicalJson } from "../../functions/core/canonical.ts";
import { acting, actionTypeOf, askOfAction, giveBackAction } from "../access/action.ts";
import { type ObtainDeps, obtain, type Unheard } from "../access/obtain.ts";
import { approvedOrPerformed } from "../access/outcome.ts";
import { whoIsAsked } from "../access/words.ts";
import type { Broker } from "../broker/broker.ts";
import { LatchkeyError } from "../errors.ts";
import type { Child } from "../run/child.ts";
import { type GiveBackDeps, giveBack, takeBack } from "../run/give-back.ts";
import { type StopDeps, stopsOf } from "../run/stops.ts";
import { AGENT, reportBy } from "./outcome.ts";
import { permitIn } from "./permit.ts";

export type PermitDeps = Omit<ObtainDeps, "broker"> &
  Omit<GiveBackDeps, "broker"> &
  StopDeps & {
    broker: Pick<Broker, "catalogue" | "ask" | "act" | "action" | "grant" | "redeem" | "outcome" | "release">;
    waiting: { say(text: string): void; close(): void };
    /** Starts the command with these in its environment. */
    start(more: NodeJS.ProcessEnv): Child;
  };
export type PermitOptions = { timeoutSeconds?: number; idempotencyKey?: string; releaseSeconds: number };

/** What the command is given: nothing of it is secret but the permit, which its audience alone can use. */
const environmentOf = ({ id, parameters, permit }: ActionView): NodeJS.ProcessEnv => ({
  LATCHKEY_ACTION: id,
  LATCHKEY_PARAMETERS: canonicalJson(parameters),
  ...(permit ? { LATCHKEY_PERMIT: permit } : {}),
});

/**
 * Asks, waits, and runs a command with the permit. Where the agent is the audience it is redeemed before, and the
 * command's exit code is the outcome; otherwise the command hands it over, and a permit that it leaves unused is given back
 * unless it ended well.
 */
export async function runWithPermit(
  deps: PermitDeps,
  body: ActionBody,
  { timeoutSeconds, idempotencyKey, releaseSeconds }: PermitOptions,
): Promise<number> {
  const { broker } = deps;
  const stops = stopsOf(deps);
  const signal = stops.interrupted;
  let grant: GrantView | undefined;
  let unheard: Unheard | undefined;
  let child: Child | undefined;
  let code: number | undefined;
  let isRedeemed = false;
  const note = (view: GrantView): void => {
    grant = view;
    const asked = whoIsAsked(view);
    deps.waiting.say(asked ? `Action ${view.id} waits for ${asked}` : `Action ${view.id} is ${view.status}`);
  };
  const asking = { ...acting(broker), release: (id: string) => giveBackAction(broker, id) };
  try {
    if ((await actionTypeOf(broker, body.type, signal))?.performer)
      throw new LatchkeyError(
        "usage",
        `Latchkey itself performs ${body.type}: ask without a command. Nothing was asked.`,
      );
    const active = obtain({ ...deps, broker: asking }, askOfAction(body), {
      ...{ signal, onAsked: note, onChange: note },
      onUnheard: (asked) => {
        unheard = asked;
      },
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      ...(idempotencyKey ? { idempotencyKey } : {}),
    });
    const action = await approvedOrPerformed(deps, active, body.parameters, signal);
    const { id, performer, type, audience } = action;
    if (performer)
      throw new LatchkeyError(
        "usage",
        `Latchkey itself performs ${type}, and has (${action.outcome?.result}): the command was not run. See: latchkey status ${id}`,
      );
    const permit = permitIn(action);
    if (audience === AGENT) {
      isRedeemed = true;
      await broker.redeem(id, { permit, parameters: action.parameters }, { signal }).catch((error) => {
        isRedeemed = false;
        throw error;
      });
    }
    deps.waiting.close();
    const { permit: _, ...withoutPermit } = action;
    child = deps.start(environmentOf(isRedeemed ? withoutPermit : action));
    child.ended.then((ended) => {
      code = ended;
    });
    await stops.ended(child);
  } finally {
    deps.waiting.close();
    stops.givingBack();
    const giving = { ...deps, broker: asking };
    const limits = { seconds: releaseSeconds, hurry: stops.hurry };
    if (grant && isRedeemed) await reportBy(deps, grant.id, code);
    else if (grant && code !== 0) await giveBack(giving, grant, limits);
    else if (!grant && unheard) await takeBack(giving, unheard, limits);
    if (!child) stops.close();
  }
  try {
    return await child.ended;
  } finally {
    stops.close();
  }
}
