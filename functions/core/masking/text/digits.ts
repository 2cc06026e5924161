/** Digits that belong together: one group, or several with little between them. `groups` are their lengths. */
export type Run = { start: number; end: number; digits: string; groups: readonly number[] };

type Group = { start: number; end: number; joined: boolean };

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
  for (const [first, group] of groups.entries()) {
    const lengths: number[] = [];
    let digits = "";
    for (let at = first; at < groups.length; at += 1) {
      const each = groups[at] as Group;
      if (at > first && !each.joined) break;
      if (digits.length + each.end - each.start > most) break;
      digits += text.slice(each.start, each.end);
      lengths.push(each.end - each.start);
      if (digits.length >= least) yield { start: group.start, end: each.end, digits, groups: [...lengths] };
    }
  }
}

export const isBare = ({ groups }: Run): boolean => groups.length === 1;
export const isSpacedOut = ({ groups }: Run): boolean =>
  groups.length > 1 && groups.every((each) => each === 1);
export const isGrouped = ({ groups }: Run, ...forms: readonly string[]): boolean =>
  forms.includes(groups.join(" "));

const WORD = /[\p{L}\p{N}]/u;
/** Nothing that belongs to a word is right before or after it. */
export const standsAlone = (text: string, { start, end }: { start: number; end: number }): boolean =>
  !WORD.test(text.charAt(start - 1)) && !WORD.test(text.charAt(end));
