import { describe, expect, test } from "vitest";
import { check, makeLog } from "./log.ts";

/** How many, in `npm test`; `LATCHKEY_LOGS=1000` is how many it was first shown with. */
const LOGS = Number(process.env.LATCHKEY_LOGS ?? 150);

describe("I-49 some hundred logs that nobody touched", () => {
  test.each(Array.from({ length: LOGS / 100 }, (_, index) => index * 100))(
    "from seed %i on are whole",
    async (start) => {
      const alarms: unknown[] = [];
      for (let seed = start; seed < start + 100; seed += 1) {
        const { files, events } = await makeLog({
          seed,
          hours: 1 + (seed % 4),
          grants: seed % 7,
          loose: seed % 5,
          ...(seed % 3 === 0 ? { quietHour: 1 } : {}),
          overlap: seed % 2 === 0,
        });
        const { verdict, findings, events: read } = await check(files);
        if (verdict !== "whole" || findings.length > 0 || read.read !== events.length)
          alarms.push({ seed, verdict, findings });
      }
      expect(alarms).toEqual([]);
    },
  );
});
