import * as z from "zod";
import { id } from "../catalogue-names.ts";
import type { Parameters } from "./values.ts";

/** Where something is in an event: `$.detail.ModelPackageArn`. Names only: no filter, no wildcard, no index. */
const PATH = /^\$(\.[A-Za-z][A-Za-z0-9_-]*)+$/;
const path = z.string().regex(PATH, "must be a path, such as $.detail.name");
const stateMachine = z
  .string()
  .regex(
    /^arn:(aws|aws-cn|aws-us-gov):states:[a-z0-9{}-]+:[0-9a-z{}]+:stateMachine:[A-Za-z0-9_-]{1,80}$/,
    "must be the ARN of a state machine",
  );

/**
 * An event that starts an approval. Which agent asks, and for what, is said here and never by the event: all that an event
 * may fill in are parameters, by paths.
 */
export const start = z.strictObject({
  id,
  description: z.string().min(1).max(200),
  /** As rules of EventBridge have them. */
  source: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,256}$/, "must be a source of events")
    .refine((source) => source !== "latchkey", "must not be Latchkey itself"),
  detailType: z.string().min(1).max(128),
  /** Which members of the detail must have one of which texts; a member of a member by a dot. */
  match: z.record(z.string().regex(/^[A-Za-z][\w.-]*$/), z.array(z.string().min(1)).min(1)).optional(),
  agent: id,
  action: id,
  purpose: z.string().min(1).max(300),
  /** A text that begins with `$.` is a path into the event; what it leads to is taken as it is. All else is meant literally. */
  parameters: z.record(z.string(), z.json()),
  /** What tells one thing to be approved from another: the event's own id, when absent. A second event with the same opens none. */
  key: path.optional(),
  /** Where a pipeline waits for the answer: its task token, and the state machine that it is of. */
  answer: z.strictObject({ taskToken: path, stateMachine }).optional(),
});
export type Start = z.infer<typeof start>;

/** An event as EventBridge delivers it, as far as anything is read of it. */
export const busEvent = z.object({
  id: z.string().min(1).max(128),
  source: z.string(),
  "detail-type": z.string(),
  account: z.string(),
  detail: z.record(z.string(), z.unknown()),
});
export type BusEvent = z.infer<typeof busEvent>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const at = (value: unknown, names: readonly string[]): unknown =>
  names.reduce<unknown>(
    (found, name) => (isRecord(found) && Object.hasOwn(found, name) ? found[name] : undefined),
    value,
  );

/** What a path leads to in an event, own members only; undefined when there is nothing. */
export const pick = (event: BusEvent, where: string): unknown => at(event, where.split(".").slice(1));

/** True when the configuration means this event. The rule has matched already; nothing relies on that. */
export const isMeant = ({ source, detailType, match = {} }: Start, event: BusEvent): boolean =>
  event.source === source &&
  event["detail-type"] === detailType &&
  Object.entries(match).every(([where, values]) => {
    const found = at(event.detail, where.split("."));
    return typeof found === "string" && values.includes(found);
  });

/** The parameters of the action, filled in from the event. What a path does not find is left out: the schema then says so. */
export function fillFrom(event: BusEvent, { parameters }: Pick<Start, "parameters">): Parameters {
  const fill = (value: unknown): unknown => {
    if (typeof value === "string") return PATH.test(value) ? pick(event, value) : value;
    if (Array.isArray(value)) return value.map(fill).filter((each) => each !== undefined);
    if (!isRecord(value)) return value;
    const filled = Object.entries(value).map(([name, inner]) => [name, fill(inner)] as const);
    return Object.fromEntries(filled.filter(([, inner]) => inner !== undefined));
  };
  return fill(parameters) as Parameters;
}

/** The event pattern of the rule: this account's own events and no others. */
export function patternOf({ source, detailType, match = {} }: Start, account: string) {
  const detail: Record<string, unknown> = {};
  for (const [where, values] of Object.entries(match)) {
    const names = where.split(".");
    const last = names.pop() ?? "";
    let within = detail;
    for (const name of names) {
      within[name] = isRecord(within[name]) ? within[name] : {};
      within = within[name] as Record<string, unknown>;
    }
    within[last] = values;
  }
  return {
    source: [source],
    detailType: [detailType],
    account: [account],
    ...(Object.keys(match).length > 0 ? { detail } : {}),
  };
}
