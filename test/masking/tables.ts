import { hostileRecall, onHarmless, onUndecidable, recall } from "./measure.ts";
import { DETECTED } from "./records.ts";

/** The same in the doc, in the command and in the test that compares them. */
export const SIZE = { perClass: 20, harmless: 60, undecidable: 200, hostile: 3, seed: 8 };

const percent = (part: number, of: number): string =>
  of === 0 ? "–" : `${((100 * part) / of).toFixed(1)} %`;
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

/** The measured figures as the doc shows them. */
export function figures(): string {
  const { byClass, byLocale } = recall(SIZE.perClass, SIZE.seed);
  const harmless = onHarmless(SIZE.harmless, SIZE.seed);
  const undecidable = onUndecidable(SIZE.undecidable, SIZE.seed);
  const { rows } = hostileRecall(SIZE.hostile, SIZE.seed);
  return [
    "What is found in sentences of eleven languages, each with one value, and what is taken for one where there is none:",
    table(
      [
        "class",
        "values",
        "masked whole",
        "with the token of a field",
        `false in ${harmless.sentences} sentences`,
        `in ${undecidable.sentences} numbers that only look like one`,
      ],
      DETECTED.map((name) => {
        const { of, masked, joined } = byClass.get(name) ?? { of: 0, masked: 0, joined: 0 };
        return [
          name,
          of,
          percent(masked, of),
          percent(joined, of),
          harmless.byClass.get(name) ?? 0,
          undecidable.byClass.get(name) ?? 0,
        ];
      }),
    ),
    "By language:",
    table(
      ["language", "values", "masked whole", "with the token of a field"],
      [...byLocale].map(([name, { of, masked, joined }]) => [
        name,
        of,
        percent(masked, of),
        percent(joined, of),
      ]),
    ),
    "Masked whole when it is written to get past a filter:",
    table(
      ["spelling", ...DETECTED],
      rows.map(({ spelling, byClass: scores }) => [
        spelling,
        ...DETECTED.map((name) => percent(scores.get(name)?.masked ?? 0, scores.get(name)?.of ?? 0)),
      ]),
    ),
  ].join("\n\n");
}

const BEGIN = "<!-- figures: npm run masking -->";
const END = "<!-- end of figures -->";

/** The doc with its figures replaced; throws where it has no place for them. */
export function withFigures(doc: string, text: string): string {
  const [begin, end] = [doc.indexOf(BEGIN), doc.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the doc needs ${BEGIN} and ${END}`);
  return `${doc.slice(0, begin)}${BEGIN}\n${text}\n${doc.slice(end)}`;
}
