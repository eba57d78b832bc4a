/**
 * The text of a code as it was copied: one that lacks its beginning or its end was copied badly, which is no forgery. What is
 * missing between cannot be seen: the service finds by the signature that something was changed.
 */

/** Letters of the key's fingerprint and of the signature; both are as long in each text of this version. */
const KEY = /^cle: [0-9a-f]{16}$/;
const SIGNATURE_LETTERS = 86;

/** Checks that a text is only a part of a code's. */
export function isCut(text: string): boolean {
  const lines = text
    .trim()
    .split("\n")
    .map((line) => line.trimEnd());
  const [first = "", last = ""] = [lines[0], lines.at(-1)];
  const [, signature] = /^signature: ?([\w-]*)$/.exec(last) ?? [];
  const hasKey = lines.some((line) => KEY.test(line));
  const isWhole = signature?.length === SIGNATURE_LETTERS && hasKey;
  // Another version may end otherwise.
  if (first.startsWith("compte-rendu-qpv")) {
    // What follows the signature was added, and not left out.
    const isEndLost =
      signature === undefined && !lines.some((line) => line.startsWith("signature"));
    const isShort = signature !== undefined && signature.length <= SIGNATURE_LETTERS;
    return first === "compte-rendu-qpv: 1" && !isWhole && (isEndLost || isShort);
  }
  return isWhole;
}
