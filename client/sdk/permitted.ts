import { grantId } from "../../functions/core/ids.ts";
import { settledParameters } from "../access/action.ts";
import { LatchkeyError } from "../errors.ts";
import type { HandedOver, PerformOptions } from "./options.ts";
import type { Broker, Outcome, Redeemed } from "./types.ts";

export type PerformDeps = {
  broker: Pick<Broker, "redeem" | "outcome">;
  warn(message: string): void;
};

/** Thrown by what performs an action: it was surely not done, and its message goes on record. */
export class ActionFailedError extends Error {
  override readonly name = "ActionFailedError";
}

type Claims = { grant?: unknown; type?: unknown };

/** What a permit says of itself, unproved: good for finding the action that it is of, which the broker then looks at. */
function claimsOf(permit: string): Claims {
  try {
    const claims: unknown = JSON.parse(Buffer.from(permit.split(".")[1] ?? "", "base64url").toString("utf8"));
    if (typeof claims === "object" && claims !== null) return claims;
  } catch {}
  return {};
}

const notOf = (type: string): LatchkeyError =>
  new LatchkeyError("refused", `This permit is for another action than ${type}: nothing was done with it.`);

/** Redeems a permit of this type. A key for each call: what is called twice is a second use, and refused. */
export async function redeemWith<P extends object>(
  { broker }: PerformDeps,
  { type, permit, parameters }: HandedOver<P>,
  signal?: AbortSignal,
): Promise<Redeemed> {
  const claims = claimsOf(permit);
  const id = grantId.safeParse(claims.grant);
  if (!id.success)
    throw new LatchkeyError("usage", "That is no permit of Latchkey's: nothing was done with it.");
  if (claims.type !== type) throw notOf(type);
  const body = { permit, parameters: settledParameters(parameters) };
  const redeemed = await broker.redeem(id.data, body, signal ? { signal } : {});
  if (redeemed.type === type) return redeemed;
  throw notOf(type);
}

/** Never throws: what was done is done, whatever the record comes to know of it. */
async function report(
  { broker, warn }: PerformDeps,
  redeemed: Redeemed,
  outcome: Pick<Outcome, "result" | "detail">,
  onReportFailed: PerformOptions<unknown>["onReportFailed"],
): Promise<void> {
  try {
    await broker.outcome(redeemed.id, outcome);
  } catch (error) {
    if (onReportFailed) return onReportFailed(error, redeemed);
    warn(
      `The outcome of action ${redeemed.id} (${outcome.result}) could not be reported: ${(error as Error).message}`,
    );
  }
}

const MOST_DETAIL = 500;
/** The broker takes no empty detail, and none that is longer. */
const detailed = (detail: string | undefined): { detail?: string } => {
  const text = detail?.trim().slice(0, MOST_DETAIL);
  return text ? { detail: text } : {};
};

/** `performPermitted` in a world that is given. */
export async function performedBy<P extends object, T>(
  deps: PerformDeps,
  handed: HandedOver<P>,
  perform: (parameters: P, redeemed: Redeemed) => T | Promise<T>,
  { signal, detail, onReportFailed }: PerformOptions<T>,
): Promise<T> {
  // What is done is what was redeemed, also where the caller's own object changes meanwhile.
  const parameters = settledParameters(handed.parameters) as P;
  const redeemed = await redeemWith(deps, { ...handed, parameters }, signal);
  let result: T;
  try {
    signal?.throwIfAborted();
    result = await perform(parameters, redeemed);
  } catch (error) {
    // An error alone does not say whether it was done: a mail gateway that answers too late has sent the mails.
    const isFailed = error instanceof ActionFailedError;
    const outcome = isFailed
      ? { result: "failed" as const, ...detailed(error.message) }
      : { result: "unknown" as const };
    await report(deps, redeemed, outcome, onReportFailed);
    throw error;
  }
  await report(deps, redeemed, { result: "done", ...detailed(detail?.(result)) }, onReportFailed);
  return result;
}
