// npm run events
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../function.ts";
import { eventsDoc } from "./events-doc.ts";

writeFileSync(join(projectRoot, "docs/audit-events.md"), eventsDoc());
