type Group = { start: number; end: number; joined: boolean };

/** Digits that belong together: one group, or several with little between them. */
export type Run = {
  start: number;
  end: number;
  digits: string;
  /** Of all groups of the text those from `first` on, `count` of them. */
  groups: readonly Group[];
  first: number;
  count: number;
  /** Each digit stands alone. */
  spacedOut: boolean;
};

const BETWEEN = /^[\s.\-_/,:|*+()[\]]{1,3}$/;

function groupsOf(text: string, between: RegExp): Group[] {
  const groups: Group[] = [];
  let last = 0;
  for (const { 0: digits, index } of text.matchAll(/\d+/g)) {
    const joined = groups.length > 0 && index - last <= 3 && between.test(text.slice(last, index));
    last = index + digits.length;
    groups.push({ start: index, end: last, joined });
  }
  return groups;
}

/**
 * All runs of `least` to `most` digits that begin and end with a group: "12 4111111111111111" has three. So a number is
 * found whatever stands before it and however it is spaced, but not as a part of a longer group of digits.
 */
export function* runsOf(
  text: string,
  [least, most]: readonly [number, number],
  between: RegExp = BETWEEN,
): Generator<Run> {
  const groups = groupsOf(text, between);
  for (const [first, { start }] of groups.entries()) {
    let digits = "";
    let spacedOut = true;
    for (let at = first; at < groups.length; at += 1) {
      const { start: from, end, joined } = groups[at] as Group;
      if ((at > first && !joined) || digits.length + end - from > most) break;
      digits += text.slice(from, end);
      spacedOut &&= end - from === 1;
      if (digits.length >= least)
        yield { start, end, digits, groups, first, count: at - first + 1, spacedOut };
    }
  }
}

/** How long its groups are. */
export const groupLengths = ({ groups, first, count }: Run): number[] =>
  groups.slice(first, first + count).map(({ start, end }) => end - start);
export const isBare = ({ count }: Run): boolean => count === 1;
export const isGrouped = (run: Run, ...forms: readonly string[]): boolean =>
  forms.includes(groupLengths(run).join(" "));

const WORD = /[\p{L}\p{N}]/u;
/** Nothing that belongs to a word is right before or after it. */
export const standsAlone = (text: string, { start, end }: { start: number; end: number }): boolean =>
  !WORD.test(text.charAt(start - 1)) && !WORD.test(text.charAt(end));

/** The parts of a text that are near a digit: what needs one is nowhere else. */
export function* nearDigits(text: string, reach: number): Generator<{ part: string; at: number }> {
  let [start, end] = [0, 0];
  for (const { 0: digits, index } of text.matchAll(/\d+/g)) {
    if (index - reach > end) {
      if (end > start) yield { part: text.slice(start, end), at: start };
      start = index - reach;
    }
    end = Math.min(text.length, index + digits.length + reach);
  }
  if (end > start) yield { part: text.slice(start, end), at: start };
}
