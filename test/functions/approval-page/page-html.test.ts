import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Html, type HtmlValue, html, render, visible } from "../../../functions/core/html.ts";
import { anyCharacter } from "../../fakes/any-character.ts";
import { hostileTexts, INVISIBLE, structureOf, textOf } from "./page-example.ts";

const text = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.string({ unit: fc.constantFrom(..."<>&\"'=/!-[]` \nax\u202E\u200B") }),
  fc.constantFrom(...hostileTexts),
);

describe("html", () => {
  it("keeps any text inside its element and its quoted attribute", () => {
    fc.assert(
      fc.property(text, (value) => {
        const result = render(html`<p title="${value}">${value}</p>`);
        const [, title = "", inner = ""] = /^<p title="([^"<>]*)">([^"<>]*)<\/p>$/u.exec(result) ?? [];
        expect(result).toBe(`<p title="${title}">${inner}</p>`);
        expect(textOf(inner)).toBe(visible(value));
        expect(textOf(title)).toBe(visible(value));
      }),
    );
  });

  it("lets no bidi, zero-width or control character through, and nothing else is lost", () => {
    fc.assert(
      fc.property(text, (value) => {
        const result = visible(value);
        expect(result).not.toMatch(INVISIBLE);
        expect(result).not.toMatch(/(?![\t\n])\p{Cc}/u);
        expect(visible(result)).toBe(result);
      }),
    );
    const ordinary = "Tomás Herrera\t→ 漢字, עברית, हिन्दी, 🙂\n\"x\" & 'y'";
    expect(visible(ordinary)).toBe(ordinary);
  });

  it("has the structure of its templates, whatever the values", () => {
    fc.assert(
      fc.property(fc.array(text), (values) => {
        const list = html`<ul>${values.map((value) => html`<li id="${value}">${value}</li>`)}</ul>`;
        expect(structureOf(render(list))).toEqual(["ul", ...values.flatMap(() => ["li id", "/li"]), "/ul"]);
      }),
    );
  });

  it("joins lists, nests its own results and leaves out what is absent", () => {
    const item = html`<b>${1}</b>`;
    expect(render(html`${[item, "&", [item]]}${undefined}${false}`)).toBe("<b>1</b>&amp;<b>1</b>");
  });

  it.each([
    ["an object that looks like markup", { text: "<b>" }],
    ["a child of markup's prototype", Object.create(Object.getPrototypeOf(html`x`))],
    ["a function", () => "<b>"],
    ["null", null],
    ["true", true],
  ])("takes no %s for markup", (_, value) => {
    expect(() => html`${value as HtmlValue}`).toThrow(TypeError);
  });

  it("is no way to make markup of a string", () => {
    const raw = "<b>raw</b>";
    const forged = Object.assign([raw], { raw: [raw] }) as unknown as TemplateStringsArray;
    expect(() => html(forged)).toThrow(TypeError);
    const Markup = html`x`.constructor as unknown as { textOf(value: unknown): string };
    expect(() => Markup.textOf({ text: raw })).toThrow(TypeError);
  });

  it.each<[string, () => Html]>([
    ["an unquoted attribute", () => html`<p title=${"x"}></p>`],
    ["a script", () => html`<script>${"x"}</script>`],
    ["a handler", () => html`<p onclick="${"x"}"></p>`],
    ["a javascript address", () => html`<a href="javascript:${"x"}"></a>`],
  ])("refuses a template with %s", (_, make) => {
    expect(make).toThrow(TypeError);
  });
});
