// npm run kinds
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../function.ts";
import { kindsDoc } from "./kinds-doc.ts";

writeFileSync(join(projectRoot, "docs/kinds.md"), kindsDoc());
