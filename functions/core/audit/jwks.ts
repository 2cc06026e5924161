import type { JwksView } from "../api/jwks-view.ts";
import { epochMs } from "../time.ts";
import { publicKeyOf } from "./digest.ts";

type SigningKey = { pem: string; notBefore: string };

const seconds = (iso: string): number => Math.floor(epochMs(iso) / 1000);

/** How long after a key's last permit one may still be good: the longest that a type may ask for, and a minute for clocks. */
export const PERMIT_GRACE_SECONDS = 3_660;

/**
 * The keys that ever signed, as a JWK set (RFC 7517), the oldest first: each from its first use (`nbf`) until the
 * next one's (`exp`). None ever leaves: what it signed must be checkable for as long as the record is kept.
 */
export function jwksOf(all: readonly SigningKey[], graceSeconds = 0): JwksView {
  const inOrder = [...all].sort((a, b) => (a.notBefore < b.notBefore ? -1 : 1));
  return {
    keys: inOrder.map(({ pem, notBefore }, index) => {
      const { kid, key } = publicKeyOf(pem);
      const { x = "", y = "" } = key.export({ format: "jwk" });
      const next = inOrder[index + 1];
      return {
        kty: "EC",
        crv: "P-256",
        x,
        y,
        kid,
        use: "sig",
        alg: "ES256",
        nbf: seconds(notBefore),
        ...(next ? { exp: seconds(next.notBefore) + graceSeconds } : {}),
      };
    }),
  };
}
