const COORDINATE_BYTES = 32;

/** One INTEGER of DER at `at`: its unsigned value in 32 bytes, and where the next begins. */
function integerAt(der: Uint8Array, at: number): { value: Buffer; next: number } {
  const length = der[at + 1] ?? 0;
  const next = at + 2 + length;
  const content = der.subarray(at + 2, next);
  const [first = 0, second = 0] = content;
  // DER: as short as it can be, and positive; a 0x00 in front only where the value would read as negative.
  const isMinimal = first < 0x80 && !(first === 0 && content.length > 1 && second < 0x80);
  if (der[at] !== 0x02 || length === 0 || content.length !== length || !isMinimal)
    throw new RangeError("not an integer in DER");
  const value = first === 0 ? content.subarray(1) : content;
  if (value.length > COORDINATE_BYTES) throw new RangeError("an integer too long for P-256");
  return { value: Buffer.concat([Buffer.alloc(COORDINATE_BYTES - value.length), value]), next };
}

/**
 * r and s of a P-256 signature, 32 bytes each, as JWS wants them (RFC 7518, section 3.4). KMS returns DER (X9.62), whose
 * integers are shorter when they begin with zeros and longer when they begin with a one.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html#API_Sign_ResponseSyntax
 */
export function rawSignature(der: Uint8Array): Uint8Array {
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der.length > 2 + 127)
    throw new RangeError("not a signature in DER");
  const r = integerAt(der, 2);
  const s = integerAt(der, r.next);
  if (s.next !== der.length) throw new RangeError("more than a signature in DER");
  return new Uint8Array(Buffer.concat([r.value, s.value]));
}
