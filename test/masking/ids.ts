import type { Faker } from "@faker-js/faker";
import { stdnum } from "stdnum";

/** How ids of a country look: # a digit, ? a letter. Which of them are real ids another library says than the one under test. */
type Checks = Record<string, { validate: (id: string) => { isValid: boolean } } | undefined>;
const says =
  (country: string, name: string) =>
  (id: string): boolean =>
    (stdnum as unknown as Record<string, Checks | undefined>)[country]?.[name]?.validate(id).isValid ?? false;

/** Of the first ten digits of a Steuer-ID one stands twice or three times, all others once at most: that library does not ask. */
function oneRepeated(id: string): boolean {
  const first = [...id.replaceAll(" ", "").slice(0, 10)].sort().join("");
  const repeated = first.match(/(.)\1+/g) ?? [];
  return repeated.length === 1 && (repeated[0] ?? "").length <= 3;
}

const forms: Record<string, { like: readonly string[]; valid: (id: string) => boolean }> = {
  de: { like: ["###########", "## ### ### ###"], valid: (id) => says("DE", "idnr")(id) && oneRepeated(id) },
  fr: {
    like: ["1##0###########", "2 ## 1# ## ### ### ##"],
    valid: (id) => says("FR", "nir")(id),
  },
  es: {
    like: ["########?", "X#######?", "########-?"],
    valid: (id) => says("ES", "dni")(id) || says("ES", "nie")(id),
  },
  it: {
    like: ["??????##A##?###?", "??????##T##?###?"],
    valid: (id) => says("IT", "codicefiscale")(id) && id.length === 16,
  },
  nl: { like: ["#########", "####.##.###"], valid: (id) => says("NL", "bsn")(id) },
  pl: { like: ["###########"], valid: (id) => says("PL", "pesel")(id) },
  sv: {
    like: ["######-####", "19######-####", "##########"],
    valid: (id) => says("SE", "personnummer")(id),
  },
  "en-US": {
    like: ["###-##-####", "### ## ####"],
    valid: (id) => says("US", "ssn")(id.replaceAll(" ", "-")),
  },
  "en-GB": { like: ["??######?", "?? ## ## ## ?"], valid: (id) => says("GB", "nino")(id) },
  "pt-BR": { like: ["###.###.###-##", "###########"], valid: (id) => says("BR", "cpf")(id) },
};

/** In Japan the library knows companies only: the My Number's check digit by the ministry's order no. 85 of 2014. */
function myNumber(faker: Faker): string {
  const digits = faker.string.numeric(11);
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (index < 6 ? index + 2 : index - 4), 0);
  const check = sum % 11 <= 1 ? 0 : 11 - (sum % 11);
  const id = `${digits}${check}`;
  return faker.datatype.boolean() ? id : id.replace(/(\d{4})(?=\d)/g, "$1 ");
}

/** A national id of this locale's country, by chance until the other library takes it for one. */
export function nationalIdOf(locale: string, faker: Faker): string {
  const form = forms[locale];
  if (!form) return myNumber(faker);
  for (;;) {
    const like = faker.helpers.arrayElement(form.like);
    const digits = faker.string.numeric(like.split("#").length - 1);
    const letters = faker.string.alpha({ casing: "upper", length: like.split("?").length - 1 });
    let [digit, letter] = [0, 0];
    const id = like.replace(/[#?]/g, (sign) => (sign === "#" ? digits[digit++] : letters[letter++]) ?? "");
    if (form.valid(id)) return id;
  }
}
