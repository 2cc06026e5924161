/** An ARN taken apart, placeholders and tokens of a template left as they are. */
export function partsOf(arn: string): { partition: string; region: string; account: string; rest: string } {
  const [, partition = "aws", , region = "", account = "", ...rest] = arn.split(":");
  return { partition, region, account, rest: rest.join(":") };
}

/** What comes after the type: the name of a table, the id of a prompt. */
export const nameIn = (arn: string): string => {
  const { rest } = partsOf(arn);
  return rest.slice(rest.search(/[/:]/) + 1);
};

/** Region and account of an ARN pattern: as the catalogue's placeholders, or written out. */
export const PLACE = String.raw`(\{region\}|[a-z0-9-]+):(\{account\}|\d{12})`;

/** The domain of a partition's services. https://docs.aws.amazon.com/general/latest/gr/rande.html */
export const suffixOf = (arn: string): string =>
  partsOf(arn).partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";

/** `<prefix>.<region>.amazonaws.com` in the ARN's Region. */
export const hostIn = (arn: string, prefix: string): string =>
  `${prefix}.${partsOf(arn).region}.${suffixOf(arn)}`;
