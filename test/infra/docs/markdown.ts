import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** The pages that people read: all of docs/, and what lies at the top. */
export function pages(root: string): Record<string, string> {
  const inDocs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  const names = ["README.md", "CONTRIBUTING.md", ...inDocs.map((name) => `docs/${name}`)];
  return Object.fromEntries(
    names
      .filter((name) => name.endsWith(".md"))
      .sort()
      .map((name) => [name, readFileSync(join(root, name), "utf8")]),
  );
}

/** Without code, in which nothing is a link or a heading. */
const prose = (page: string): string =>
  page
    .replace(/^( *)(```|~~~)[\s\S]*?^\1\2/gm, "")
    .replace(/(`+)(?!`)[^`]*?\1(?!`)/g, (code) => code.replace(/[[\]()#]/g, " "));

/**
 * The anchors of a page, as GitHub makes them of headings: lower case, without punctuation, spaces as hyphens, a number
 * behind what is there already; and those that it writes itself.
 */
export function anchors(page: string): Set<string> {
  const found = new Set<string>();
  const text = page.replace(/^( *)(```|~~~)[\s\S]*?^\1\2/gm, "");
  for (const [, heading = ""] of text.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = words.replace(/[^\p{L}\p{N}\p{M} _-]/gu, "").replaceAll(" ", "-");
    let name = slug;
    for (let again = 1; found.has(name); again += 1) name = `${slug}-${again}`;
    found.add(name);
  }
  for (const [, id = ""] of text.matchAll(/<a id="([^"]+)">/g)) found.add(id);
  return found;
}

/** Links within the repository that lead nowhere, as sentences. */
export function brokenLinks(root: string, all: Readonly<Record<string, string>>): string[] {
  return Object.entries(all).flatMap(([name, page]) =>
    [...prose(page).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)].flatMap(([, link = ""]) => {
      if (/^[a-z]+:/i.test(link)) return [];
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? name : normalize(join(dirname(name), decodeURIComponent(path)));
      if (target.startsWith("..")) return [`${name}: ${link} leaves the repository`];
      if (path !== "" && !existsSync(join(root, target))) return [`${name}: ${link} is not there`];
      if (
        anchor === undefined ||
        !target.endsWith(".md") ||
        (path !== "" && statSync(join(root, target)).isDirectory())
      )
        return [];
      const there = anchors(all[target] ?? readFileSync(join(root, target), "utf8"));
      return there.has(anchor) ? [] : [`${name}: ${link} has no such heading`];
    }),
  );
}

/** The rows of the tables below a heading, by their cells, without the head of each table. */
export function rowsBelow(page: string, heading: string): string[][] {
  const from = page.indexOf(`\n${heading}\n`);
  if (from < 0) throw new Error(`no heading ${heading}`);
  const level = heading.match(/^#+/)?.[0].length ?? 1;
  const rest = page.slice(from + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${level}} `, "m"));
  const lines = (end < 0 ? rest : rest.slice(0, end)).split("\n");
  return lines
    .filter(
      (line, at) =>
        line.startsWith("|") && !/^\|[-| :]+\|$/.test(line) && !/^\|[-| :]+\|$/.test(lines[at + 1] ?? ""),
    )
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
