// npm run scale [-- --write]: what breaks first at 1, 14 and 300 grants a second and at a million live ones, from the counted
// calls of a grant and the limits of test/bench/scale/limits.yaml. The same seed gives the same table.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../local/paths.ts";
import { withSection } from "./page.ts";
import { scaleSections } from "./scale/sections.ts";

const page = join(projectRoot, "docs/scaling.md");
for (const [name, lines] of Object.entries(await scaleSections())) {
  console.log(`${lines.join("\n")}\n`);
  if (process.argv.includes("--write"))
    writeFileSync(page, withSection(readFileSync(page, "utf8"), name, lines));
}
