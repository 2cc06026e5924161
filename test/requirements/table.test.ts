import { describe, expect, it } from "vitest";
import { table } from "./table.ts";
import { titles } from "./titles.ts";

describe("the titles of a test file", () => {
  it("are those of its tests and groups, however they are called, within those around them", () => {
    const source = `
      describe("a", () => {
        it("b", () => {});
        it.each([[1]])("c %s", () => {});
        test.skipIf(!there)(\`d \${why} e\`, () => {});
      });
      describe.each\`x\`("f", () => {});`;
    expect(titles(source)).toEqual(["a", "a > b", "a > c %s", "a > d … e", "f"]);
  });
  it("are not what is skipped, nor what is within it", () => {
    const source = `
      it.skip("a", () => {});
      it.todo("b");
      describe.skip("c", () => { it("d", () => {}); });
      it("e", () => {});`;
    expect(titles(source)).toEqual(["e"]);
  });
  it("are nothing else that looks like one", () => {
    const source = `
      // it("a", () => {})
      const text = 'it("b", () => {})';
      expect("c").toBe("d");
      suite.it("f", () => {});
      it(name, () => {});`;
    expect(titles(source)).toEqual([]);
  });
});

describe("the table of requirements", () => {
  const requirements = { "I-90": "one", "A-90": "another", "F-90": "a third" };
  const tests = {
    "a.test.ts":
      'describe("x (I-90)", () => { it("y (F-90)", () => {}); it("z (I-90)", () => {}); }); // A-90',
    "b.test.ts": 'it("I-91 there is no such", () => {});',
  };
  it("has each with the files whose titles name it, finds gaps, and names of nothing", () => {
    expect(table(requirements, tests)).toEqual({
      rows: [
        { id: "I-90", sentence: "one", files: ["a.test.ts"], tests: 2 },
        { id: "A-90", sentence: "another", files: [], tests: 0 },
        { id: "F-90", sentence: "a third", files: ["a.test.ts"], tests: 1 },
      ],
      gaps: ["A-90"],
      unknown: ["I-91"],
    });
  });
});
