import { ipAddresses } from "./addresses.ts";
import { cards } from "./cards.ts";
import { emails } from "./emails.ts";
import type { Detector } from "./hit.ts";
import { ibans } from "./ibans.ts";
import { nationalIds } from "./national-ids.ts";
import { phones } from "./phones.ts";

/** All that free text is searched by. */
export const allDetectors: readonly Detector[] = [emails, cards, ibans, nationalIds, phones, ipAddresses];
