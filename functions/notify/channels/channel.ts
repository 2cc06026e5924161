import type { Notice } from "../notice.ts";

/** Takes one notice to where people read it. `off`: nobody has set it up. Throws when it may be tried again. */
export type Channel = { name: string; send(notice: Notice): Promise<"sent" | "off"> };
