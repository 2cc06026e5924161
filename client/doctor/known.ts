import type { CatalogueView, GrantView } from "../../functions/core/api/schemas.ts";
import type { Broker } from "../broker/broker.ts";
import { RefusedError } from "../errors.ts";
import { exitCodes } from "../exit.ts";
import { type Finding, ok, unknown, wrong, wrongBy } from "./finding.ts";

type Resources = CatalogueView["resources"];

/** Whether the broker knows who signs, and what an agent may ask for. */
export async function lookAtCatalogue(
  broker: Broker,
): Promise<{ findings: Finding[]; resources?: Resources }> {
  try {
    const { resources } = await broker.catalogue();
    const count = (approval: Resources[number]["approval"]) =>
      resources.filter((resource) => resource.approval === approval).length;
    const text = `${resources.length} resources: ${count("none")} at once, ${count("people")} by people's consent, ${count("never")} never`;
    return { findings: [ok("known", "as an agent"), ok("catalogue", text)], resources };
  } catch (error) {
    if (error instanceof RefusedError && error.code === "not_your_role")
      return { findings: [await asPerson(broker)] };
    return { findings: [wrongBy("known", error)] };
  }
}

async function asPerson(broker: Broker): Promise<Finding> {
  try {
    const { grants } = await broker.grants({ waiting: "me" });
    return ok(
      "known",
      `as a person, who decides and does not ask; ${grants.length} wait for you (\`latchkey inbox\`)`,
    );
  } catch (error) {
    return wrongBy("known", error);
  }
}

/** Statuses of a grant whose session was made, so that the access role trusts the broker. */
const MADE = new Set(["ACTIVE", "ENDED", "REVOKING", "REVOKED"]);
const RECENT = 50;

/**
 * Whether access roles trust the broker. IAM does not tell an agent; what became of the agent's own grants does, each
 * for its resource.
 */
export async function lookAtRoles(broker: Broker): Promise<Finding> {
  let grants: GrantView[];
  try {
    ({ grants } = await broker.grants({ limit: RECENT }));
  } catch (error) {
    return wrongBy("access roles", error);
  }
  const last = new Map<string, GrantView>();
  for (const grant of grants) {
    const failed = grant.closing?.code === "activation_failed";
    if ((failed || MADE.has(grant.status)) && !last.has(grant.resource)) last.set(grant.resource, grant);
  }
  const failing = [...last.values()].filter(({ closing }) => closing?.code === "activation_failed");
  const [first] = failing;
  if (first)
    return wrong(
      "access roles",
      `No session could be made for ${failing.map(({ resource }) => resource).join(", ")} (grant ${first.id}): whoever runs Latchkey looks at that access role's trust.`,
      exitCodes.failed,
    );
  if (last.size > 0) return ok("access roles", `sessions were made for ${[...last.keys()].join(", ")}`);
  return unknown(
    "access roles",
    "The broker assumes them, not you: your first grant shows whether they trust it.",
  );
}
