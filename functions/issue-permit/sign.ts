import { addPermitKey } from "../aws/table/permit-keys.ts";
import { type PermitClaims, permitInput, permitOf } from "../core/actions/permit.ts";
import { parametersOf } from "../core/actions/view.ts";
import { publicKeyOf } from "../core/audit/digest.ts";
import { digestOf } from "../core/canonical.ts";
import type { GrantIn } from "../core/grant/grant.ts";
import { epochMs, isoMillis } from "../core/time.ts";
import type { IssueDeps } from "./deps.ts";

const seconds = (iso: string): number => Math.floor(epochMs(iso) / 1000);

/**
 * The id of the key that signs now. It is published before its first signature, so that there is never a permit whose
 * key nobody has.
 */
async function currentKid({ permitSigner, table, now, log }: IssueDeps): Promise<string> {
  const pem = await permitSigner.publicPem();
  const { kid } = publicKeyOf(pem);
  if (await addPermitKey(table, { kid, pem, notBefore: isoMillis(now()) })) log("permit.new_key", { kid });
  return kid;
}

/** What the permit of a claimed action says. The digest is of the parameters that were approved, and of nothing else. */
function claimsOf(deps: IssueDeps, grant: GrantIn<"ACTIVATING">): PermitClaims {
  const { id, agent, resource, startsAt, endsAt } = grant;
  return {
    iss: deps.approvalUrl,
    aud: String(resource.settings?.audience),
    sub: agent.id,
    type: resource.id,
    parametersDigest: digestOf(parametersOf(grant)),
    grant: id,
    policyVersion: deps.bundle.version,
    nbf: seconds(startsAt),
    exp: seconds(endsAt),
    iat: Math.floor(deps.now() / 1000),
    jti: deps.newId(),
  };
}

/** Signs the permit of a claimed action: a call of KMS, whose key never leaves it. */
export async function signPermit(
  deps: IssueDeps,
  grant: GrantIn<"ACTIVATING">,
): Promise<{ permit: string; jti: string }> {
  const claims = claimsOf(deps, grant);
  const input = permitInput(claims, await currentKid(deps));
  return { permit: permitOf(input, await deps.permitSigner.sign(input)), jti: claims.jti };
}
