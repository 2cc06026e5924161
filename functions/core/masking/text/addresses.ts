import * as z from "zod";
import type { Detector } from "./hit.ts";

const V4 = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d]|\.\d)/g;
const V6 = /(?<![\w:.])(?=[0-9a-f]*:[0-9a-f]*:)[0-9a-f:]{2,39}(?:(?<=:)(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])/gi;
const v6 = z.ipv6();

/** Internet addresses. A version of four numbers looks like one and is taken for one. */
export const ipAddresses: Detector = function* (text) {
  if (text.includes("."))
    for (const { 0: value, index } of text.matchAll(V4))
      yield { start: index, end: index + value.length, class: "ip", value };
  if (text.includes(":"))
    for (const { 0: value, index } of text.matchAll(V6))
      if (value !== "::" && v6.safeParse(value).success)
        yield { start: index, end: index + value.length, class: "ip", value };
};
