import { createHash } from "node:crypto";
import * as z from "zod";
import type { Broker } from "../../../../client/broker/broker.ts";
import type { AskBody } from "../../../../functions/core/api/schemas.ts";
import { openAgent } from "./agent.ts";
import { type Failure, failureOf } from "./failure.ts";

const input = z.strictObject({
  /** ARN of the execution. */
  execution: z.string().min(1),
  name: z.string().min(1),
  /** As `POST /grants` takes it, which says best what is wrong with it. */
  ask: z.record(z.string(), z.unknown()).default({}),
});
type Input = z.infer<typeof input>;

/** One key per execution. Hashed, since an ARN may be longer than a key, and may hold letters that a header may not. */
const onceFor = (execution: string): string => createHash("sha256").update(execution).digest("hex");

/** The record shows which execution asked, where its name is one that `task` may be. */
const taskOf = (name: string) => (/^[A-Za-z0-9][A-Za-z0-9._:/@#-]{0,127}$/.test(name) ? { task: name } : {});

/** Asks for access; a repeat of the same execution gets the same grant. A plain no is data, not an error. */
export async function ask(
  broker: Pick<Broker, "ask">,
  { execution, name, ask: asked }: Input,
): Promise<{ grantId: string } | { failure: Failure }> {
  const body = { ...taskOf(name), ...asked } as AskBody;
  try {
    const { id } = await broker.ask(body, { idempotencyKey: onceFor(execution) });
    console.log(JSON.stringify({ code: "pipeline.asked", name, grantId: id }));
    return { grantId: id };
  } catch (fault) {
    const failure = failureOf(fault);
    console.log(JSON.stringify({ code: "pipeline.refused", name, error: failure.error }));
    return { failure };
  }
}

export const handler = (event: unknown) => {
  const given = input.parse(event);
  return ask(openAgent(given.name), given);
};
