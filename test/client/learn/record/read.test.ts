import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { folderSource } from "../../../../client/audit/folder.ts";
import { exitCodes } from "../../../../client/exit.ts";
import { chainsOf } from "../../../../client/learn/record/chains.ts";
import { periodOf, periodText } from "../../../../client/learn/record/period.ts";
import { recordedAsks, recordedGrants } from "../../../../client/learn/record/read.ts";
import type { SealedEvent } from "../../../../functions/core/audit/event.ts";
import { canonicalJson, sha256Hex } from "../../../../functions/core/canonical.ts";
import { eventsOf, writeEvents, writeYear } from "../year/write.ts";
import { YEAR, yearOf } from "../year/year.ts";

const { grants } = yearOf({ seed: 3, asks: 30, plants: { flips: 2, alwaysApproved: 3 } });
const [grant] = grants;
if (!grant) throw new Error("a year without asks");
const [asked, ...later] = eventsOf(grant) as [SealedEvent, ...SealedEvent[]];
const DAY = asked.event.time.slice(0, 10);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-record-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = () => recordedGrants(folderSource(folder), YEAR);
/** The same event, otherwise: sealed anew, as nobody who keeps to the record would. */
const otherwise = ({ event }: SealedEvent, over: Record<string, unknown>): SealedEvent => {
  const changed = { ...event, ...over };
  const body = canonicalJson(changed);
  return { event: changed as SealedEvent["event"], body, hash: sha256Hex(body) };
};

describe("the record", () => {
  it("tells every grant as it was, with its moves in order", async () => {
    writeYear(folder, { grants });
    expect(await read()).toEqual(grants);
  });

  it("counts each event once, however often it was exported, and reads its own folder or the bucket's", async () => {
    writeEvents(folder, DAY, [asked, ...later]);
    writeEvents(folder, DAY, [asked]);
    expect(await read()).toEqual([grant]);
    folder = join(folder, "events");
    expect(await read()).toEqual([grant]);
    folder = join(folder, "..");
  });

  it("tells asks of a period only, and what became of them after it", async () => {
    writeYear(folder, { grants });
    const [, , middle] = grants;
    const period = { from: YEAR.from, until: middle?.askedAt ?? 0 };
    expect(await recordedGrants(folderSource(folder), period)).toEqual(grants.slice(0, 2));
    const asks = [];
    for await (const each of recordedAsks(folderSource(folder), period)) asks.push(each.id);
    expect(asks.sort()).toEqual(
      grants
        .slice(0, 2)
        .map(({ id }) => id)
        .sort(),
    );
  });

  it("has no context of an ask from before it was recorded, and leaves out facts of a later release", async () => {
    const { context = "{}", ...facts } = asked.event.facts;
    const more = canonicalJson({ ...JSON.parse(context), phaseOfTheMoon: 3 });
    writeEvents(folder, DAY, [otherwise(asked, { facts })]);
    expect((await read())[0]).not.toHaveProperty("context");
    rmSync(join(folder, "events"), { recursive: true });
    writeEvents(folder, DAY, [otherwise(asked, { facts: { ...facts, context: more } })]);
    expect((await read())[0]?.context).toEqual(grant.context);
  });

  it.each<[string, () => SealedEvent[], number, RegExp]>([
    [
      "a body that does not match its hash",
      () => [asked, { ...asked, hash: "0".repeat(64) }],
      exitCodes.cannotTell,
      /parquet, row 2: .*body does not match its hash/,
    ],
    [
      "a schema version that is not known",
      () => [otherwise(asked, { v: 2 })],
      exitCodes.cannotTell,
      /parquet, row 1: .*made by a later release: use that release's latchkey/,
    ],
    [
      "a context that cannot be read",
      () => [otherwise(asked, { facts: { ...asked.event.facts, context: "{" } })],
      exitCodes.cannotTell,
      /its context cannot be read/,
    ],
    [
      "two copies that differ",
      () => [asked, otherwise(asked, { facts: { ...asked.event.facts, purpose: "another" } })],
      exitCodes.tampered,
      /two copies of .* differ/,
    ],
  ])("stops at %s", async (_what, events, exitCode, message) => {
    writeEvents(folder, DAY, events());
    await expect(read()).rejects.toMatchObject({ exitCode, message: expect.stringMatching(message) });
  });

  it.each<[string, (file: string) => void, RegExp]>([
    [
      "a download that was not finished",
      (file) => renameSync(file, `${file}.6eF3a1B2`),
      /\.parquet\.6eF3a1B2 is a download that was not finished: run `aws s3 sync` again\.$/,
    ],
    [
      "a link in the place of a file",
      (file) => symlinkSync(file, `${file}.parquet`),
      /it is a symbolic link/,
    ],
    [
      "a link in the place of a day, though it is of another period",
      (file) => symlinkSync(dirname(file), join(folder, "events/dt=2020-01-01")),
      /^events\/dt=2020-01-01: it is a symbolic link/,
    ],
    [
      "a folder that holds something else",
      (file) => {
        writeFileSync(join(folder, "notes.txt"), readFileSync(file));
        rmSync(join(folder, "events"), { recursive: true });
      },
      /holds no part of a record: there is no folder events in it\.$/,
    ],
  ])("stops at %s", async (_what, spoil, message) => {
    spoil(writeEvents(folder, DAY, [asked, ...later]));
    await expect(read()).rejects.toMatchObject({
      exitCode: exitCodes.cannotTell,
      message: expect.stringMatching(message),
    });
  });

  it("stops where moves of a grant are missing between others, and not where the period cuts its chain", async () => {
    const long = grants.map(eventsOf).find(({ length }) => length >= 4) ?? [];
    const [first, second, third, ...rest] = long as [SealedEvent, SealedEvent, SealedEvent];
    writeEvents(folder, DAY, [first, ...rest]);
    const gone = new RegExp(`^grant ${first.event.grant}: its moves 1 and 4 are on record, and none between`);
    await expect(read()).rejects.toMatchObject({
      exitCode: exitCodes.cannotTell,
      message: expect.stringMatching(gone),
    });
    // Asked for before it began: no more is known of it than that.
    const after = { from: Date.parse(third.event.time), until: YEAR.until };
    writeEvents(folder, DAY, [third]);
    expect(await recordedGrants(folderSource(folder), after)).toEqual([]);
    writeEvents(folder, DAY, [second]);
    expect((await read()).map(({ moves }) => moves.length)).toEqual([long.length]);
  });

  it("takes clocks for what they are: a move just before the period may bear a time within it", () => {
    const times = [0, -1, 1, 70_000].map((ms) => new Date(asked.event.time).getTime() + ms);
    const chains = chainsOf({ from: times[0] ?? 0, until: YEAR.until });
    const links = times.map((at, index) => ({
      ...asked.event,
      ...{ time: new Date(at).toISOString(), chain: { sequence: index + 1, previous: null } },
    }));
    for (const link of links) if (link.chain.sequence !== 2) chains.saw(link);
    expect(() => chains.check()).not.toThrow();
    // Nor is a move missing that was made this minute, and whose file was not there yet when files were listed.
    const live = chainsOf(YEAR, (times[3] ?? 0) + 5_000);
    for (const link of links) if (link.chain.sequence !== 3) live.saw(link);
    expect(() => live.check()).not.toThrow();
  });

  it.each<[string, (bytes: Buffer) => Uint8Array]>([
    ["was cut off while it was copied", (bytes) => bytes.subarray(0, bytes.length - 9)],
    ["is no Parquet", () => Buffer.from("<Error><Code>AccessDenied</Code></Error>")],
    ["is empty", () => Buffer.alloc(0)],
  ])("stops, with its name, at a file that %s", async (_what, spoil) => {
    const path = writeEvents(folder, DAY, [asked]);
    writeFileSync(path, spoil(readFileSync(path)));
    await expect(read()).rejects.toMatchObject({
      exitCode: exitCodes.cannotTell,
      message: expect.stringMatching(/^events\/dt=.*\.parquet: .*: download it again\. /),
    });
  });
});

describe("a period", () => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  it("is days before now, a day or a time; up to now, where nothing else is said", () => {
    expect(periodOf({ since: "30d" }, now)).toEqual({ from: now - 30 * 86_400_000, until: now });
    const november = periodOf({ since: "2026-11-01", until: "2026-12-01T00:00:00Z" }, now);
    expect(november).toEqual({ from: Date.UTC(2026, 10, 1), until: Date.UTC(2026, 11, 1) });
    expect(periodText(november)).toBe("from 2026-11-01 to 2026-11-30");
  });

  it.each([
    { since: "yesterday" },
    { since: "2026-02-30" },
    { since: "0d" },
    { since: "2026-11-02", until: "2026-11-01" },
  ])("refuses %j", (given) => {
    expect(() => periodOf(given, now)).toThrow(/is no time|is empty/);
  });
});
