import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";

export type Mail = {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Whom and which grant it is about, by ids: SES gives them back with what becomes of it (see `mail-events`). */
  about?: { grant: string; person: string; stage?: number | undefined };
};
/** Sends one mail. Accepted is not delivered: SES says nothing of the inbox. */
export type SendMail = (mail: Mail) => Promise<void>;

export function openMailer(sender: string): SendMail {
  const ses = new SESv2Client({});
  return async ({ to, subject, text, html, about }) => {
    const tags = Object.entries(about ?? {}).filter(([, value]) => value !== undefined);
    const part = (data: string) => ({ Data: data, Charset: "UTF-8" });
    await ses.send(
      new SendEmailCommand({
        FromEmailAddress: sender,
        Destination: { ToAddresses: [to] },
        ...(tags.length > 0
          ? { EmailTags: tags.map(([Name, value]) => ({ Name, Value: String(value) })) }
          : {}),
        Content: { Simple: { Subject: part(subject), Body: { Text: part(text), Html: part(html) } } },
      }),
    );
  };
}
