import type { GrantView } from "../../functions/core/api/schemas.ts";

/** Whom an open grant waits for: "2 of privacy (1 has approved), then 1 of data-owners". Empty when for nobody. */
export function whoIsAsked({ status, decision }: GrantView): string {
  if (status !== "PENDING") return "";
  return decision.plan
    .filter((stage) => stage.status !== "approved")
    .map(({ quorum, group, approved }) => {
      const has = approved.length === 0 ? "" : ` (${approved.length} has approved)`;
      return `${quorum} of ${group}${has}`;
    })
    .join(", then ");
}

/** What each reason that the broker closes a grant for means to whoever had it; the code itself where there is none. */
const closings: Record<string, string> = {
  released: "it was given back",
  revoked: "somebody revoked it",
  base_revoked: "the grant that it goes on from was revoked",
  locked_down: "a lockdown stands",
  policy_changed: "policy has changed since it was approved",
  window_over: "its window is over",
  nobody_decided: "nobody decided in time",
  start_missed: "its start went by before it could begin",
  activation_failed: "AWS gave no session for it",
  role_cut_off: "all access by its role was cut off",
};

/** One sentence on a grant that gives no access, with who and why, and what to do next. */
export function whyOver(grant: GrantView): string {
  const { id, status, decision, closing, window } = grant;
  if (status === "REJECTED") {
    const no = decision.plan.find((stage) => stage.rejected)?.rejected;
    const comment = no?.comment ? `: “${no.comment}”` : "";
    return `${no?.person ?? "An approver"} said no to grant ${id}${comment}. Ask for less, or talk to them.`;
  }
  const code = closing?.code;
  if (window.endsAt && (code === undefined || code === "window_over"))
    return `Grant ${id} ended at ${window.endsAt}: ask for a new one.`;
  const reason = code ? (closings[code] ?? code.replaceAll("_", " ")) : undefined;
  const detail = closing?.detail ? ` (“${closing.detail}”)` : "";
  return `Grant ${id} is ${status}${reason ? `: ${reason}${detail}` : ""}. Ask for a new one.`;
}
