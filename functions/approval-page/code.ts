/**
 * The confirmation code as stored, from what a person typed: lower case, without spaces and hyphens. Maps nothing else
 * (no 0 to o), only A-Z has a lower case here; `undefined` unless 8 base32 characters are left, which counts as no try.
 */
export function normaliseCode(input: string | undefined): string | undefined {
  if (input === undefined || input.length > 64) return undefined;
  const code = input.replace(/[\s-]/g, "").replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return /^[a-z2-7]{8}$/.test(code) ? code : undefined;
}

/** The code as people read and type it: `abcd-efgh`. */
export const groupedCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** What a browser accepts before it sends the form (the `pattern` attribute); the server decides by `normaliseCode`. */
export const codePattern = "\\s*[A-Za-z2-7]{4}[ \\-]?[A-Za-z2-7]{4}\\s*";
