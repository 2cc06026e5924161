import { createHash } from "node:crypto";
import { render } from "../../core/html.ts";
import { style } from "./style.ts";

// A hash source covers the exact text of a <style> element. https://www.w3.org/TR/CSP3/#match-element-to-source-list
const styleHash = createHash("sha256").update(render(style), "utf8").digest("base64");

/** Nothing runs, nothing loads; the one form goes back to this site; nobody frames the page. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Headers of every page, whatever its status. With `no-referrer` browsers send `Origin: null` on the form's POST. */
export const pageHeaders: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": contentSecurityPolicy,
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex, nofollow",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};
