/** Of a fault of the SDK before it asked anybody: what is missing, and `--local`, which is easily forgotten. */
export function nowhereToAsk(fault: Error): string | undefined {
  if (fault.name === "CredentialsProviderError")
    return "There are no AWS credentials: sign in, set AWS_PROFILE, or use --local.";
  if (fault.message === "Region is missing")
    return "No AWS region is set: set AWS_REGION or AWS_PROFILE, or use --local.";
  return undefined;
}
