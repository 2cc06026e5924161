import { ipAddresses } from "./addresses.ts";
import { cards } from "./cards.ts";
import { emails } from "./emails.ts";
import type { Detector } from "./hit.ts";
import { ibans } from "./ibans.ts";
import { nationalIds } from "./national-ids.ts";
import { phones } from "./phones.ts";

/** All that free text is searched by. Of two that take the same part for a value the first is believed. */
export const allDetectors: readonly Detector[] = [emails, ipAddresses, cards, ibans, nationalIds, phones];
