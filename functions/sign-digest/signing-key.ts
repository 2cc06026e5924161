import { addDigestKey, type DigestPublicKey, digestPublicKey, readDigestKeys } from "../aws/table/digests.ts";
import { type PublicKey, publicKeyOf } from "../core/audit/digest.ts";
import { canonicalJson } from "../core/canonical.ts";
import { isoMillis } from "../core/time.ts";
import type { SignDeps } from "./deps.ts";
import { oldestText } from "./last.ts";

const fileOf = (kid: string): string => `digests/keys/${kid}.json`;

/** Every key that ever signed, to check with. */
export async function knownKeys({ table }: Pick<SignDeps, "table">): Promise<PublicKey[]> {
  return (await readDigestKeys(table)).map(({ pem }) => publicKeyOf(pem));
}

/**
 * The key that signs now. A new one is kept beside the digests and published before its first signature, so that there
 * is never a digest whose key nobody has; from then on its predecessor signs nothing more.
 */
export async function currentKey(deps: SignDeps): Promise<PublicKey> {
  const pem = await deps.signer.publicPem();
  const current = publicKeyOf(pem);
  const isKnown = (await readDigestKeys(deps.table)).some(({ kid }) => kid === current.kid);
  if (isKnown) return current;
  const fresh: DigestPublicKey = { kid: current.kid, pem, notBefore: isoMillis(deps.now()) };
  const file = fileOf(current.kid);
  const stored = await deps.put(file, Buffer.from(canonicalJson(fresh), "utf8"));
  // There since an earlier run, or since before the table was restored: its first use was then.
  const kept =
    stored === "stored" ? fresh : digestPublicKey.parse(JSON.parse((await oldestText(deps, file)) ?? ""));
  await addDigestKey(deps.table, { ...fresh, notBefore: kept.notBefore });
  deps.log("digest.new_key", { kid: current.kid });
  return current;
}
