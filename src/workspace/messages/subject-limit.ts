/** The first line of a message is shorter, in characters. */
export const subjectLimit = 72;
