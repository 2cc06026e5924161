const digitsOf = (text: string): number[] => [...text].map(Number);

/** The weighted sum of the digits. */
export const weighted = (text: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * Number(text[index]), 0);

/** ISO/IEC 7812-1, annex B. */
export function luhn(text: string): boolean {
  let sum = 0;
  for (let place = 0; place < text.length; place += 1) {
    const digit = text.charCodeAt(text.length - 1 - place) - 48;
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** ISO/IEC 7064, mod 11,10: the last digit checks the others. */
export function mod11and10(text: string): boolean {
  const digits = digitsOf(text);
  const product = digits.slice(0, -1).reduce((before, digit) => {
    const sum = (digit + before) % 10 || 10;
    return (sum * 2) % 11;
  }, 10);
  return (11 - product) % 10 === digits.at(-1);
}

/** ISO 13616: letters count as two digits, the first four characters go last, the remainder by 97 is 1. */
export function mod97(text: string): boolean {
  let rest = 0;
  for (const letter of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(letter, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** Whether six digits are a day of the century, in the given order; which century nobody asks. */
export function isShortDate(text: string, order: "ymd" | "dmy"): boolean {
  const [first, month, last] = [text.slice(0, 2), text.slice(2, 4), text.slice(4, 6)].map(Number);
  const day = order === "ymd" ? last : first;
  return Boolean(month && day) && Number(month) <= 12 && Number(day) <= 31;
}
