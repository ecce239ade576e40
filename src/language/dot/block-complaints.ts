import { type Complaint, excerpt, habit, identifierRule, ifHabit, joinedStrings } from './complaint.ts';

/** What the reader says about attribute blocks, keys and values. */

export const emptyBlock: Complaint = habit({
  message: 'the attribute block is empty',
  hint: 'Remove `[]`, or write `key=value` in it.',
});

export const missingComma = (key: string): Complaint =>
  habit({
    message: `missing ',' before attribute '${excerpt(key)}'`,
    hint: 'Commas are required between attributes.',
  });

export const semicolonInBlock: Complaint = habit({
  message: "attributes are separated by ',', not ';'",
  hint: "Write ','.",
});

export const superfluousComma: Complaint = habit({
  message: "there is no attribute before this ','",
  hint: 'Remove it.',
});

export const trailingComma: Complaint = habit({
  message: "there is no attribute after this ','",
  hint: "Remove the ',' before ']'.",
});

export const isKey = (text: string): boolean => /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(text);

export const oddKey = (image: string): Complaint => {
  if (image.startsWith('"')) {
    return {
      message: 'attribute keys are written without quotes',
      hint: `Write the key ${excerpt(image)} without quotes.`,
      ...ifHabit(isKey(image.slice(1, -1))),
    };
  }
  if (image.endsWith(':')) {
    return {
      message: `'${excerpt(image)}' is not an attribute key`,
      hint: "Write '=' between key and value, not ':'.",
    };
  }
  return {
    message: `'${excerpt(image)}' is not an attribute key`,
    hint: `A key consists of ${identifierRule}; parts are joined by dots.`,
  };
};

export const valuelessKey = (key: string): Complaint =>
  key.endsWith(':')
    ? oddKey(key)
    : { message: `attribute '${excerpt(key)}' has no value`, hint: `Write \`${excerpt(key)}=...\`.` };

export const missingValue = (key: string, found: string): Complaint => ({
  message:
    found === ''
      ? `expected a value for '${excerpt(key)}'`
      : `expected a value for '${excerpt(key)}', found '${excerpt(found)}'`,
  hint: 'Write a string in quotes, a number, true, false, a duration such as 900s, or a plain word.',
});

export const oddValue = (image: string): Complaint => ({
  message: `'${excerpt(image)}' cannot stand without quotes`,
  hint: /[\u2018-\u201F]/.test(image) ? 'Use straight quotes: `"`.' : `Write "${excerpt(image)}" in quotes.`,
  ...ifHabit(isOneWord(image)),
});

/**
 * No quotes of any kind, no marks of HTML, conditions or escapes: whatever else it is, it is the whole value.
 * Behind a '#' only a colour is, everything else may be a comment.
 */
const isOneWord = (image: string): boolean =>
  /^(?:[^#'"`\u2018-\u201F<>=\\(){}][^'"`\u2018-\u201F<>=\\(){}]*|#[0-9A-Fa-f]{3,8})$/.test(image);

export const htmlValue: Complaint = habit({
  message: 'HTML labels are not allowed',
  hint: 'Write a string in quotes.',
});

export const htmlNeverClosed: Complaint = { message: htmlValue.message, hint: htmlValue.hint };

export const shortProperty = (written: string, property: string): Complaint =>
  habit({
    message: `\`${written}\` is not a property of a stylesheet`,
    hint: `Write \`${property}\`.`,
  });

export const tooLarge = (image: string): Complaint => ({
  message: `the number ${excerpt(image)} is too large to be kept exactly`,
  hint: 'Write it in quotes to keep every digit.',
});

export const textNeedsQuotes = (image: string): Complaint => ({
  message: `unexpected '${excerpt(image)}' after the value`,
  hint: 'Text with spaces needs quotes around all of it.',
});

export const strayInBlock = (image: string): Complaint => ({
  message: image === '+' ? joinedStrings.message : `unexpected '${excerpt(image)}' in the attribute block`,
  hint: 'Attributes are `key=value, key=value`.',
});

export const unknownEscape = (escape: string): Complaint =>
  habit({
    message: `unknown escape ${JSON.stringify(escape).slice(1, -1).replaceAll('\\\\', '\\')} in the string`,
    hint: 'Write `\\\\` for a backslash; the escapes are \\", \\n, \\t and \\\\.',
  });

// Warnings

export const duplicateKey = (key: string): Complaint => ({
  message: `attribute '${excerpt(key)}' is set twice in this block; the last value counts`,
  hint: 'Remove one of the two.',
});

export const negativeDuration = (image: string): Complaint => ({
  message: `the duration ${image} is negative and counts as unset`,
  hint: 'Write a duration of 0 or more.',
});

export const commentInValue = (image: string): Complaint => ({
  message: `the value ends at '${excerpt(image)}', because \`//\` begins a comment`,
  hint: 'Write the address in quotes.',
});
