/**
 * What a field can hold. `prefix` begins its tokens, so that a reader (and the next masking) sees what they stand for.
 * `identifier`: separators and look-alike letters do not count, so every spelling of one value has one token.
 */
export const classes = {
  email: { prefix: "email_", identifier: false },
  name: { prefix: "name_", identifier: false },
  phone: { prefix: "phone_", identifier: true },
  "national-id": { prefix: "nid_", identifier: true },
  card: { prefix: "card_", identifier: true },
  iban: { prefix: "iban_", identifier: true },
  ip: { prefix: "ip_", identifier: false },
  address: { prefix: "addr_", identifier: false },
  postcode: { prefix: "post_", identifier: true },
  id: { prefix: "id_", identifier: true },
  date: { prefix: "date_", identifier: false },
  number: { prefix: "num_", identifier: false },
  category: { prefix: "cat_", identifier: false },
  "free-text": { prefix: "text_", identifier: false },
} as const;

export type FieldClass = keyof typeof classes;
export const classNames = Object.keys(classes) as [FieldClass, ...FieldClass[]];
