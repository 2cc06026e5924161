import type { Grant } from "../../core/grant/grant.ts";
import type { Principal } from "./principal.ts";

type AgentPrincipal = Extract<Principal, { kind: "agent" }>;

/** Only the very principal that asked collects and extends: its ARN and its unique id (I-10). */
export function isRequester(principal: Principal, { agent }: Grant): principal is AgentPrincipal {
  if (principal.kind !== "agent" || principal.agent.id !== agent.id) return false;
  return principal.caller.arn === agent.arn && principal.caller.uniqueId === agent.uniqueId;
}
