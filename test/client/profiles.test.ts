import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { askOf, profileNamed, readProfiles } from "../../client/profiles.ts";

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "latchkey-profiles-"));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));
const write = (text: string): void => writeFileSync(join(place, "latchkey.yaml"), text);

const PROFILES = `profiles:
  claims:
    resource: claims
    access: read
    scope: { prefix: 2026/ }
    window: 30m
    purpose: answer customers
`;

test("a profile is found here or above, and is an ask", () => {
  write(PROFILES);
  const below = join(place, "a", "b");
  mkdirSync(below, { recursive: true });
  expect(askOf(profileNamed(readProfiles(below), "claims"))).toEqual({
    ...{ resource: "claims", access: "read", scope: { prefix: "2026/" } },
    ...{ windowSeconds: 1_800, purpose: "answer customers" },
  });
  expect(readProfiles("/", join(place, "latchkey.yaml")).path).toBe(join(place, "latchkey.yaml"));
});

const claimsWith = (line: string): string => PROFILES.replace("    window: 30m\n", line);
test.each([
  ["no YAML", "profiles: [", /latchkey\.yaml: .* at line 1/],
  ["a name twice", `${PROFILES}  claims: {}\n`, /must be unique at line \d/],
  [
    "an alias, which may be a bomb",
    "profiles: &a\n  b: *a\n",
    /latchkey\.yaml: the YAML: must have no aliases/,
  ],
  ["nothing", "", /latchkey\.yaml: the file: /],
  [
    "a field that is none",
    claimsWith("    window: 30m\n    actions: [s3:*]\n"),
    /profiles\.claims: .*actions/,
  ],
  [
    "a window that is none",
    claimsWith("    window: soon\n"),
    /profiles\.claims\.window: must be a duration like 30m/,
  ],
  [
    "a window longer than any",
    claimsWith("    window: 13h\n"),
    /profiles\.claims\.window: must be at most 43200/,
  ],
  [
    "a window shorter than any",
    claimsWith("    window: 30s\n"),
    /profiles\.claims\.window: must be at least 60/,
  ],
  ["no purpose", PROFILES.replace(/ {4}purpose.*\n/, ""), /profiles\.claims\.purpose: /],
  [
    "a profile's name that is none",
    PROFILES.replace("claims:\n", "Claims!:\n"),
    /must be a name like claims-2026/,
  ],
])("%s is told with file, place and reason, in one line", (_, text, told) => {
  write(text);
  let message = "";
  try {
    readProfiles(place);
  } catch (error) {
    expect(error).toMatchObject({ kind: "config" });
    ({ message } = error as Error);
  }
  expect(message).toMatch(told);
  expect(message).not.toMatch(/\n|:\.?$/);
});

test("one that nobody named and that is somebody else's is not believed: it says what `latchkey mcp` runs", () => {
  write(PROFILES);
  const path = join(place, "latchkey.yaml");
  const uid = process.getuid?.() ?? 0;
  // Root's own are everybody's.
  if (uid === 0) chownSync(path, 54_321, 54_321);
  const getuid = vi.spyOn(process, "getuid").mockReturnValue(uid + 12_345);
  try {
    expect(() => readProfiles(join(place, "below"))).toThrow("is somebody else's");
    expect(readProfiles(place, "latchkey.yaml").path).toBe(path);
  } finally {
    getuid.mockRestore();
  }
  expect(readProfiles(place).path).toBe(path);
});

test("what is not there is told with what there is", () => {
  expect(() => readProfiles(place)).toThrow("There is no latchkey.yaml here or above");
  expect(() => readProfiles(place, "other.yaml")).toThrow("other.yaml cannot be read");
  write(PROFILES);
  expect(() => profileNamed(readProfiles(place), "toString")).toThrow(
    "has no profile toString; it has claims",
  );
});
