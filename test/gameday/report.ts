import type { Played } from "./play.ts";

const NUMBERS = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const shownFigure = (value: number | undefined): string =>
  value === undefined ? "–" : NUMBERS.format(value);
const clock = (minute: number): string => `${String(minute).padStart(4)} min`;

function figuresOf({ figures }: Played): string[] {
  const titles = Object.keys(figures[0]?.of ?? {});
  return [
    `| dashboard | ${figures.map(({ when }) => when).join(" | ")} |`,
    `|---|${figures.map(() => "---:").join("|")}|`,
    ...titles.map((title) => `| ${title} | ${figures.map(({ of }) => shownFigure(of[title])).join(" | ")} |`),
  ];
}

/** What was played, for people. */
export const reportOf = (all: readonly Played[]): string =>
  all
    .map((played) =>
      [
        `### ${played.scene.id}: ${played.scene.title}`,
        "",
        "```",
        ...played.timeline.map(({ minute, text }) => `${clock(minute)}  ${text}`),
        "```",
        "",
        ...figuresOf(played),
      ].join("\n"),
    )
    .join("\n\n");

const MARK = "<!-- below: printed by `npm run gameday -- --write` -->";

/** The document with this report in the place of the last one. */
export function withReport(doc: string, report: string): string {
  const at = doc.indexOf(MARK);
  if (at < 0) throw new Error(`docs/gameday.md has no line ${MARK}`);
  return `${doc.slice(0, at)}${MARK}\n\n${report}\n`;
}

/** The alarms that the document says ring in each scene. */
export function expectedIn(doc: string): Map<string, string[]> {
  const rows = doc.matchAll(/^\| `([a-z-]+)` \|[^|]*\| ([^|]*) \|[^|]*\|$/gm);
  return new Map(
    [...rows].map(([, id = "", rings = ""]) => [
      id,
      [...rings.matchAll(/`(latchkey-[a-z-]+)`/g)].map(([, name = ""]) => name).sort(),
    ]),
  );
}
