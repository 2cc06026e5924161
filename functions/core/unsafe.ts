// A file of its own, without an import: what starts quickly needs it too.

// Unicode: control (Cc) but for line feed, format characters (Cf: zero-width, bidi overrides and isolates, tags),
// private use, surrogates, and whatever else shows as nothing (fillers, variation selectors, joiners). UAX #9 and
// UTR #36 name these as the means of spoofing.
export const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;
