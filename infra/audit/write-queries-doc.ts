// npm run queries
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../function.ts";
import { queriesDoc } from "./queries-doc.ts";

writeFileSync(join(projectRoot, "docs/audit-queries.md"), queriesDoc());
