/** What the reader says about a mistake: the finding, and what to write instead. */
export interface Complaint {
  readonly message: string;
  readonly hint: string;
  /** There is no doubt what is meant: a warning where the reader is told to be lenient. */
  readonly isHabit?: true;
}

export const habit = (complaint: Complaint): Complaint => ({ ...complaint, isHabit: true });

export const ifHabit = (isHabit: boolean): Pick<Complaint, 'isHabit'> => (isHabit ? { isHabit } : {});

export const excerpt = (text: string): string => {
  const line = text.split(/[\r\n]/, 1)[0] ?? '';
  return line.length > 30 || line.length < text.length ? `${line.slice(0, 30)}...` : line;
};

export const identifierRule = 'letters, digits and underscores, not beginning with a digit';

export const joinedStrings: Complaint = habit({
  message: "strings cannot be joined with '+'",
  hint: 'Write one string.',
});

export const oddSpace = (image: string): Complaint =>
  habit({
    message: `unexpected character U+${(image.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
    hint: 'Replace it with an ordinary space.',
  });
