import * as z from "zod";

const ipv4 = z.ipv4();
const ipv6 = z.ipv6();

// https://www.rfc-editor.org/rfc/rfc1918, https://www.rfc-editor.org/rfc/rfc6598 and https://www.rfc-editor.org/rfc/rfc4193
const PRIVATE =
  /^(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe80:)/i;

/** The first three groups of an IPv6 address, whose zeros may be left out. */
function prefixOf(address: string): string {
  const [head = ""] = address.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  return [...groups, "0", "0", "0"].slice(0, 3).join(":").toLowerCase();
}

/**
 * The network of an address, wide enough to be no one's own: a /24, or a /48. Calls from within a VPC have private
 * addresses, which change with each task. Undefined for what is no address: CloudTrail names a service that calls for
 * somebody in its place. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function networkOf(address: string | undefined | null): string | undefined {
  const text = address ?? "";
  const isV4 = ipv4.safeParse(text).success;
  if (!isV4 && !ipv6.safeParse(text).success) return undefined;
  if (PRIVATE.test(text)) return "private";
  return isV4 ? `${text.split(".").slice(0, 3).join(".")}.0/24` : `${prefixOf(text)}::/48`;
}
