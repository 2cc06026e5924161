// npm run openapi
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../function.ts";
import { openApiDoc } from "./openapi-doc.ts";

writeFileSync(join(projectRoot, "docs/openapi.json"), openApiDoc());
