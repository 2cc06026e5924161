import { writeFileSync } from "node:fs";
import { projectRoot } from "../../infra/function.ts";
import { alarmsDoc } from "./alarms-doc.ts";
import { synthesize } from "./templates.ts";

writeFileSync(`${projectRoot}docs/alarms.md`, alarmsDoc(synthesize()));
