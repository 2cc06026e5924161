/** https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html: the region is in the host's name. */
export const regionIn = ({ hostname }: URL): string | undefined =>
  /^[a-z0-9-]+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(hostname)?.[1];
