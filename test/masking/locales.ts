import type { Faker } from "@faker-js/faker";
import { faker as de } from "@faker-js/faker/locale/de";
import { faker as enGb } from "@faker-js/faker/locale/en_GB";
import { faker as enUs } from "@faker-js/faker/locale/en_US";
import { faker as es } from "@faker-js/faker/locale/es";
import { faker as fr } from "@faker-js/faker/locale/fr";
import { faker as it } from "@faker-js/faker/locale/it";
import { faker as ja } from "@faker-js/faker/locale/ja";
import { faker as nl } from "@faker-js/faker/locale/nl";
import { faker as pl } from "@faker-js/faker/locale/pl";
import { faker as ptBr } from "@faker-js/faker/locale/pt_BR";
import { faker as sv } from "@faker-js/faker/locale/sv";
import type { CountryCode } from "libphonenumber-js";

export type Locale = {
  name: string;
  country: CountryCode;
  faker: Faker;
  /** What a clerk writes, with a place for one value. */
  sentences: readonly string[];
  /** What a clerk writes that has numbers in it and nothing personal; # is any digit, ! one from 1 to 9. */
  harmless: readonly string[];
};

export const locales: readonly Locale[] = [
  {
    name: "de",
    country: "DE",
    faker: de,
    sentences: [
      "Kunde rief an, erreichbar unter {}.",
      "Laut Akte {}; bitte prüfen",
      "Rückfrage zu {} am Montag, danach ablegen.",
    ],
    harmless: [
      "Schaden vom 1!.0!.20## über !.###,## EUR, Aktenzeichen S-!####.",
      "Termin um 1#:## Uhr, Raum !##, Etage !.",
      "Bestellung AB-!######, Lieferung in !# Tagen, 19 % MwSt.",
    ],
  },
  {
    name: "fr",
    country: "FR",
    faker: fr,
    sentences: [
      "Le client a indiqué {} hier.",
      "Voir dossier : {}, à vérifier",
      "Merci de noter {} et de rappeler.",
    ],
    harmless: [
      "Sinistre du 1!/0!/20##, montant ! ### €, réf. S-!####.",
      "Rendez-vous à 1#h##, bureau !##.",
      "Commande n° C!######, livraison sous !# jours.",
    ],
  },
  {
    name: "es",
    country: "ES",
    faker: es,
    sentences: [
      "El cliente facilitó {} por teléfono.",
      "Consta {} en el expediente",
      "Anotar {} y responder mañana.",
    ],
    harmless: [
      "Siniestro del 1!/0!/20##, importe !.###,## €, exp. S-!####.",
      "Cita a las 1#:##, planta !.",
      "Pedido P-!######, entrega en !# días.",
    ],
  },
  {
    name: "it",
    country: "IT",
    faker: it,
    sentences: [
      "Il cliente ha comunicato {} ieri.",
      "Agli atti risulta {}, da verificare",
      "Annotare {} e richiamare.",
    ],
    harmless: [
      "Sinistro del 1!/0!/20##, importo !.###,## €, pratica S-!####.",
      "Appuntamento alle 1#:##, stanza !##.",
      "Ordine O-!######, consegna in !# giorni.",
    ],
  },
  {
    name: "nl",
    country: "NL",
    faker: nl,
    sentences: [
      "Klant gaf {} door.",
      "In het dossier staat {}, graag controleren",
      "Noteer {} en bel maandag.",
    ],
    harmless: [
      "Schade van 1!-0!-20##, bedrag € !.###,##, dossier S-!####.",
      "Afspraak om 1#:##, kamer !##.",
      "Bestelling B-!######, levering in !# dagen.",
    ],
  },
  {
    name: "pl",
    country: "PL",
    faker: pl,
    sentences: [
      "Klient podał {} wczoraj.",
      "W aktach widnieje {}, do sprawdzenia",
      "Zapisać {} i oddzwonić.",
    ],
    harmless: [
      "Szkoda z 1!.0!.20##, kwota ! ###,## zł, akta S-!####.",
      "Spotkanie o 1#:##, pokój !##.",
      "Zamówienie Z-!######, dostawa za !# dni.",
    ],
  },
  {
    name: "sv",
    country: "SE",
    faker: sv,
    sentences: ["Kunden uppgav {} i går.", "I akten står {}, kontrollera", "Anteckna {} och svara."],
    harmless: [
      "Skada 20##-0!-1!, belopp ! ### kr, ärende S-!####.",
      "Möte kl. 1#:##, rum !##.",
      "Order O-!######, leverans om !# dagar.",
    ],
  },
  {
    name: "en-US",
    country: "US",
    faker: enUs,
    sentences: [
      "Customer gave {} this morning.",
      "File says {}, please verify",
      "Please note {} and follow up.",
    ],
    harmless: [
      "Claim of 0!/1!/20## for $!,###.##, case S-!####.",
      "Meeting at 1#:## in room !##, version !.#.#.",
      "Order no. !###### ships in !# days, tracking 1Z999AA1!#######.",
    ],
  },
  {
    name: "en-GB",
    country: "GB",
    faker: enGb,
    sentences: [
      "The caller confirmed {} yesterday.",
      "On file: {}, to be checked",
      "Kindly record {} and reply.",
    ],
    harmless: [
      "Claim of 1! May 20## for £!,###.##, case S-!####.",
      "Call booked for 1#:##, desk !##.",
      "Build 20##0!1!.! took !## ms and !.# MB, error 0x8#####ff.",
    ],
  },
  {
    name: "pt-BR",
    country: "BR",
    faker: ptBr,
    sentences: ["O cliente informou {} ontem.", "Consta {} no cadastro", "Anotar {} e retornar."],
    harmless: [
      "Sinistro de 1!/0!/20##, valor R$ !.###,##, processo S-!####.",
      "Reunião às 1#:##, sala !##.",
      "Pedido P-!######, entrega em !# dias.",
    ],
  },
  {
    name: "ja",
    country: "JP",
    faker: ja,
    sentences: ["お客様の連絡先は {} です。", "記録では {} となっています。", "{} を確認してください。"],
    harmless: [
      "20##年0!月1!日の事故、金額 !,### 円、番号 S-!####。",
      "1#:## に会議室 !##。",
      "注文 A-!######、!# 日以内に発送。",
    ],
  },
];

/** Numbers in prose that no check tells from a phone number: masked, as the lesser evil, and counted apart. */
export const ambiguous: readonly string[] = [
  "Order !######## was split.",
  "Ticket !######### is closed.",
  "Batch !########### went out.",
  "Engine version !.!.#.# is out.",
  "Article !#### !#### !## is sold out.",
];
