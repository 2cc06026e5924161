import type { ActionType } from "../../actions/action-type.ts";
import { typeProblems } from "../../actions/performers/registry.ts";
import { placeParts } from "../../actions/performers/values.ts";
import { mapSettings } from "../../catalogue.ts";
import { isOwnName } from "./check-people.ts";
import { inNowhere } from "./places.ts";
import type { Path } from "./problem.ts";

/** What a limit names: the bucket of a place, the last part of an ARN or of a name. */
const namedBy = (limit: string): string =>
  limit.startsWith("s3://") ? placeParts(limit).bucket : limit.slice(limit.lastIndexOf("/") + 1);

/**
 * An action type that Latchkey performs itself: its parameters are the performer's, its limits are sound, and none of
 * them reaches what is Latchkey's own.
 */
export function checkPerformer(type: ActionType, wrong: (path: Path, reason: string) => void): void {
  const { limits } = type;
  const filled = limits && (mapSettings(limits, inNowhere) as typeof limits);
  for (const { path, problem } of typeProblems({ ...type, limits: filled }))
    wrong(
      path === "" ? [] : path.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
      problem,
    );
  for (const [name, list] of Object.entries(filled ?? {}))
    list.forEach((limit, index) => {
      if (isOwnName(namedBy(limit)))
        wrong(["limits", name, index], "must not be one of Latchkey's own resources");
    });
}
