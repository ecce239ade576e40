/**
 * The first word of a command line that asks for completions: the scripts put the words typed so far
 * behind it, the last one unfinished. One proposal a line is printed, its description behind a tab; nothing
 * where file names are all that fits.
 */
export const completionWord = '__complete';
