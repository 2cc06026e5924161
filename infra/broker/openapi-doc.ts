import { openApiDocument } from "../../functions/core/api/openapi.ts";

/** `docs/openapi.json`: what `GET /openapi.json` serves, to be read and compared. */
export const openApiDoc = (): string => `${JSON.stringify(openApiDocument(), null, 2)}\n`;
