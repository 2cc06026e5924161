import * as z from "zod";
import type { ActionType, PerformerName } from "../action-type.ts";
import { deleteObjects } from "./delete-objects.ts";
import type { Performer, Permission, Site, Wrong } from "./performer.ts";
import { promoteModel } from "./promote-model.ts";
import { startTuning } from "./start-tuning.ts";

/** What inside Latchkey can perform an action. Another is one file here and one folder of `functions/perform-action/`. */
const performers = {
  "start-tuning": startTuning,
  "delete-objects": deleteObjects,
  "promote-model": promoteModel,
} as const satisfies Record<PerformerName, unknown>;

// Each is its own in what it takes; the registry only ever hands a performer what its own schemas gave back.
type Any = Performer<unknown, unknown, unknown>;
export const performerNamed = (name: PerformerName): Any => performers[name] as unknown as Any;

type Performed = Pick<ActionType, "performer" | "parameters" | "limits">;
type Shape = { properties?: Record<string, unknown>; required?: string[] };

const firstIssue = (error: z.ZodError): Wrong => {
  const [issue] = error.issues;
  const extra = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const path = [...(issue?.path ?? []), ...extra].map(String).join(".");
  return {
    path,
    problem: extra.length > 0 ? "is not known to the performer" : (issue?.message ?? "is not valid"),
  };
};

/** Every form that a performer's parameters may have, as JSON Schema. */
function shapesOf(performer: Any): Shape[] {
  const schema = z.toJSONSchema(performer.parameters, { io: "input" }) as Shape & {
    anyOf?: Shape[];
    oneOf?: Shape[];
  };
  return schema.anyOf ?? schema.oneOf ?? [schema];
}

/**
 * What is wrong with an action type that names a performer, for synth: every parameter that it lets pass must be one that
 * the performer takes, and what the performer cannot do without must be required. Values are checked when asked.
 */
export function typeProblems({ performer: name, parameters, limits }: Performed): Wrong[] {
  if (!name) return limits ? [{ path: "limits", problem: "are for a performer, and none is named" }] : [];
  const performer = performerNamed(name);
  const {
    properties = {},
    required = [],
    additionalProperties,
  } = parameters as Shape & {
    additionalProperties?: unknown;
  };
  const shapes = shapesOf(performer);
  const known = new Set(shapes.flatMap((shape) => Object.keys(shape.properties ?? {})));
  const needed = [...known].filter((each) => shapes.every((shape) => shape.required?.includes(each)));
  const parsed = performer.limits.safeParse(limits ?? {});
  const wrong = parsed.success ? undefined : firstIssue(parsed.error);
  return [
    ...(additionalProperties === false
      ? []
      : [{ path: "parameters.additionalProperties", problem: `must be false, as ${name} takes no others` }]),
    ...Object.keys(properties)
      .filter((each) => !known.has(each))
      .map((each) => ({ path: `parameters.properties.${each}`, problem: `is no parameter of ${name}` })),
    ...needed
      .filter((each) => !(each in properties && required.includes(each)))
      .map((each) => ({ path: "parameters.required", problem: `must have ${each}, which ${name} needs` })),
    ...(wrong ? [{ path: ["limits", wrong.path].filter(Boolean).join("."), problem: wrong.problem }] : []),
  ];
}

/** Parameters that a performer takes as they are, and the type's limits: or what is wrong. Values are never repeated. */
export function readyToPerform<P, L, C>(
  performer: Performer<P, L, C>,
  limits: unknown,
  given: unknown,
): { ok: true; parameters: P } | { ok: false; wrong: Wrong } {
  const parsed = performer.parameters.safeParse(given);
  if (!parsed.success) return { ok: false, wrong: firstIssue(parsed.error) };
  // Checked at synth; whoever has none may do nothing.
  const wrong = limits
    ? performer.beyond(parsed.data, limits as L)
    : { path: "", problem: "has no limits in the catalogue" };
  return wrong ? { ok: false, wrong } : { ok: true, parameters: parsed.data };
}

/** What keeps a performer from doing this: asked before anybody approves. Nothing, where no performer is named. */
export function performingProblem({ performer, limits }: Performed, given: unknown): Wrong | undefined {
  if (!performer) return undefined;
  const ready = readyToPerform(performerNamed(performer), limits, given);
  return ready.ok ? undefined : ready.wrong;
}

/** Everything that the function of an action type may do in AWS, from the type's limits (checked before, at synth). */
export function permissionsOf(
  { performer: name, limits }: Performed,
  site: Site,
): { permissions: Permission[]; wildcards: string } {
  if (!name) return { permissions: [], wildcards: "" };
  const performer = performerNamed(name);
  return {
    permissions: performer.permissions(limits, site),
    wildcards: performer.wildcards,
  };
}
