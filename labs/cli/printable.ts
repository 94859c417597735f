// A stranger's text for a terminal: what would move the cursor, hide or reorder text is shown as what it is. Pure; used by commands/scenario-add.ts.

/** Control characters but newline and tab, and those that change the direction of writing or are not seen. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

export const printable = (text: string): string =>
  text.replace(unseen, (letter) => `\\u{${(letter.codePointAt(0) as number).toString(16)}}`)
