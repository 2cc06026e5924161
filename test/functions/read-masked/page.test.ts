import { describe, expect, it } from "vitest";
import { gatherPage } from "../../../functions/read-masked/page.ts";
import type { Piece } from "../../../functions/read-masked/sources/source.ts";
import { maskerOf } from "../../core/masking/fixtures.ts";

const masker = maskerOf([{ path: "text", class: "none", method: "keep" }]);
const never = () => false;
const wanted = {
  ...{ masker, limit: 1_000, isLate: never, isTooLate: never },
  project: (row: Record<string, unknown>) => row,
};

async function* rowsOf(texts: readonly string[], endsAt: (index: number) => boolean): AsyncGenerator<Piece> {
  for (const [index, text] of texts.entries())
    yield { is: "row", row: { text }, next: endsAt(index) ? index : undefined };
}

/** As Lambda answers: the body is a text in it. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const answerOf = (rows: unknown) => Buffer.byteLength(JSON.stringify({ body: JSON.stringify({ rows }) }));

describe("a page", () => {
  it.each([
    ["quotes", '"'],
    ["backslashes", "\\"],
    ["line ends", "\n"],
    ["letters of three bytes", "€"],
  ])("fits a function's answer of 6 MB, whatever its rows are of: %s", async (_, letter) => {
    const texts = Array.from({ length: 40 }, () => letter.repeat(300_000));
    const gathered = await gatherPage(
      rowsOf(texts, () => true),
      wanted,
    );
    if (!gathered.ok) throw new Error(gathered.trouble);
    expect(gathered.page.next).toBeDefined();
    expect(answerOf(gathered.page.rows)).toBeLessThan(6_000_000);
  });

  it("is refused where it cannot end before it is too large, with what to do", async () => {
    const pieces = (count: number) =>
      rowsOf(
        Array.from({ length: count }, () => '"'.repeat(700_000)),
        () => false,
      );
    expect(await gatherPage(pieces(9), wanted)).toEqual({ ok: false, trouble: "too_many_bytes" });
    const one = rowsOf(['"'.repeat(2_000_000)], () => true);
    // Fewer rows than one there are not.
    expect(await gatherPage(one, wanted)).toEqual({ ok: false, trouble: "row_too_large" });
  });

  it("is refused where it cannot end before the time is up: nothing of it is released", async () => {
    let looked = 0;
    const isTooLate = () => ++looked > 2;
    const pieces = rowsOf(["a", "b", "c", "d", "e"], (index) => index === 4);
    const gathered = await gatherPage(pieces, { ...wanted, isLate: () => true, isTooLate });
    expect(gathered).toEqual({ ok: false, trouble: "too_slow" });
    expect(looked).toBe(3);
  });
});
