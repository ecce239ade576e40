/** What the reader says about a mistake: the finding, and what to write instead. */
export interface Complaint {
  readonly message: string;
  readonly hint: string;
  /** Graphviz reads it, and so can we: a warning where the reader is told to be lenient. */
  readonly isHabit?: true;
}

const habit = (complaint: Complaint): Complaint => ({ ...complaint, isHabit: true });

const excerpt = (text: string): string => {
  const line = text.split(/[\r\n]/, 1)[0] ?? '';
  return line.length > 30 || line.length < text.length ? `${line.slice(0, 30)}...` : line;
};

const ifHabit = (isHabit: boolean): Pick<Complaint, 'isHabit'> => (isHabit ? { isHabit } : {});

/** An id that Graphviz knows beside the plain ones: a closed string, a number, letters of other alphabets. */
const isGraphvizId = (image: string): boolean =>
  /^(?:"[^]*"|\d+|[A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF]*)$/.test(image);

const identifierRule = 'letters, digits and underscores, not beginning with a digit';
const identifierLike = (text: string): string => {
  const cleaned = text.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^_+|_+$/g, '');
  return /^[A-Za-z_]/.test(cleaned) ? cleaned.slice(0, 30) : `node_${cleaned.slice(0, 30) || '1'}`;
};

// The file and its header

export const emptyFile: Complaint = {
  message: 'the file holds no pipeline',
  hint: 'Begin with `digraph Name {` and end with `}`.',
};

export const strictModifier: Complaint = habit({
  message: '`strict` is not allowed',
  hint: 'Remove `strict`: the file begins with `digraph Name {`.',
});

export const undirectedGraph: Complaint = {
  message: 'only directed graphs are allowed, not `graph`',
  hint: 'Write `digraph` here, and `->` for every `--`.',
};

export const keywordCase = (image: string): Complaint =>
  habit({
    message: `the keyword is \`digraph\`, not \`${image}\``,
    hint: 'Write `digraph` in lower case.',
  });

export const noDigraph = (image: string): Complaint => ({
  message: `expected \`digraph\`, found '${excerpt(image)}'`,
  hint: 'Begin the file with `digraph Name {`.',
});

export const missingGraphName: Complaint = habit({
  message: 'the digraph has no name',
  hint: 'Write a name between `digraph` and `{`, for example `digraph Pipeline {`.',
});

export const oddGraphName = (image: string): Complaint => ({
  message: `'${excerpt(image)}' is not a graph name`,
  hint: `Use ${identifierRule}, without quotes; put the readable title in \`graph [label="..."]\`.`,
  ...ifHabit(isGraphvizId(image)),
});

export const missingOpeningBrace = (after: string): Complaint => ({
  message: `expected '{' after '${excerpt(after)}'`,
  hint: 'The statements of a graph stand between `{` and `}`.',
});

export const neverClosed = (what: string, opener: string): Complaint => ({
  message: `the '${opener}' of ${what} is never closed`,
  hint: `Add the missing '${opener === '[' ? ']' : '}'}'.`,
});

export const textAfterEnd = (image: string): Complaint => ({
  message: `unexpected '${excerpt(image)}' behind the end of the digraph`,
  hint: "Remove it, or the '}' too many before it.",
});

export const secondDigraph: Complaint = {
  message: 'a file holds one digraph only',
  hint: 'Move the second graph to its own file; run it as a child with a `sub_pipeline` node.',
};

// Characters and comments

export const unclosedComment: Complaint = {
  message: 'the comment is never closed',
  hint: 'Add `*/` where the comment ends.',
};

export const hashComment: Complaint = habit({
  message: '`#` does not begin a comment',
  hint: 'Write `//` instead.',
});

export const unclosedString = (runsInto: number | undefined): Complaint => ({
  message:
    runsInto === undefined
      ? 'the string is never closed'
      : `the string is never closed: it runs on to another quote in line ${runsInto}`,
  hint: 'Add the missing `"`; write `\\"` for a quote inside the text.',
});

export const unknownEscape = (escape: string): Complaint =>
  habit({
    message: `unknown escape ${JSON.stringify(escape).slice(1, -1).replaceAll('\\\\', '\\')} in the string`,
    hint: 'Write `\\\\` for a backslash; the escapes are \\", \\n, \\t and \\\\.',
  });

// Statements

export const unexpected = (image: string): Complaint => {
  if (image.trim() === '') return oddSpace(image);
  if (image === '+') return joinedStrings;
  return {
    message: `unexpected '${excerpt(image)}'`,
    hint: 'A statement is a node, an edge with `->`, `key = value`, a `graph`, `node` or `edge` block, or a subgraph.',
  };
};

const joinedStrings: Complaint = { message: "strings cannot be joined with '+'", hint: 'Write one string.' };

const oddSpace = (image: string): Complaint => ({
  message: `unexpected character U+${(image.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  hint: 'Replace it with an ordinary space.',
});

export const straySemicolon: Complaint = {
  message: "there is no statement before this ';'",
  hint: 'Remove it.',
};

export const strayComma: Complaint = {
  message: "unexpected ',' between statements",
  hint: "Statements are separated by ';' or a new line; commas belong between attributes.",
};

export const strayBracket = (image: string): Complaint =>
  image === ']'
    ? { message: "this ']' closes nothing", hint: 'Remove it, or add the missing `[` before the attributes.' }
    : {
        message: 'these attributes belong to nothing',
        hint: 'Write the node, edge, `graph`, `node` or `edge` before `[`.',
      };

export const unopenedBlock: Complaint = {
  message: "attributes stand between '[' and ']'",
  hint: 'Add the missing `[` before the first of them.',
};

export const sourcelessEdge: Complaint = {
  message: 'the edge has no source',
  hint: 'Write the node id before `->`.',
};

export const targetlessEdge = (image: string): Complaint => ({
  message:
    image === '' ? 'the edge has no target' : `the edge has no target: expected a node id, found '${excerpt(image)}'`,
  hint: 'Write the node id after `->`.',
});

export const wrongArrow = (image: string): Complaint => ({
  message: `'${image}' is not an edge`,
  hint: 'Write `->`: only directed edges are allowed.',
});

export const groupInEdge: Complaint = {
  message: 'an edge joins nodes, not groups',
  hint: 'Write one edge for every node of the group.',
};

export const anonymousGroup: Complaint = habit({
  message: "unexpected '{'",
  hint: 'Groups begin with the word `subgraph`.',
});

export const keywordAsNode = (image: string): Complaint => ({
  message: `\`${image}\` is a keyword and cannot be a node id`,
  hint: `Choose another id, for example \`${image}_1\`; for defaults write \`${image} [...]\`.`,
});

export const oddNodeId = (image: string): Complaint => {
  if (image.startsWith('"')) {
    return {
      message: `node ids are written without quotes: ${excerpt(image)}`,
      hint: `Write \`${identifierLike(image)}\`, and \`label=${excerpt(image)}\` for the readable name.`,
      ...ifHabit(isGraphvizId(image)),
    };
  }
  if (image === '-') return { message: "'-' is not an edge", hint: 'Write `->`.' };
  const port = /^([A-Za-z_]\w*):/.exec(image);
  if (port) {
    const message = `'${excerpt(image)}' is not a node id: ports do not exist here`;
    return { message, hint: `Write \`${port[1]}\`.`, isHabit: true };
  }
  return {
    message: `'${excerpt(image)}' is not a node id`,
    hint: `Use ${identifierRule}, for example \`${identifierLike(image)}\`; put the readable name in \`label\`.`,
    ...ifHabit(isGraphvizId(image)),
  };
};

export const oddSubgraphName = (image: string): Complaint => ({
  message: `'${excerpt(image)}' is not a subgraph name`,
  hint: `Use ${identifierRule}; put the readable name in \`label\`.`,
  ...ifHabit(isGraphvizId(image)),
});

export const tooDeep = (limit: number): Complaint => ({
  message: `subgraphs are nested more than ${limit} deep`,
  hint: 'Flatten the inner subgraphs.',
});

export const oddDeclarationKey = (image: string): Complaint => {
  const key = image.startsWith('"') ? image.slice(1, -1) : image;
  return /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/.test(key)
    ? { message: `the dotted key '${key}' needs a block`, hint: `Write \`graph [${key}=...]\`.` }
    : oddKey(image);
};

export const missingBlock = (keyword: string): Complaint => ({
  message: `expected '[' after \`${keyword}\``,
  hint: `Write \`${keyword} [key=value]\`; \`${keyword}\` is a keyword and cannot be a node id.`,
});

export const secondBlock: Complaint = habit({
  message: 'a statement has one attribute block only',
  hint: "Join the two blocks, with ',' between the attributes.",
});

// Attribute blocks

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

export const superfluousComma: Complaint = {
  message: "there is no attribute before this ','",
  hint: 'Remove it.',
};

export const trailingComma: Complaint = habit({
  message: "there is no attribute after this ','",
  hint: "Remove the ',' before ']'.",
});

export const oddKey = (image: string): Complaint => {
  if (image.startsWith('"')) {
    return {
      message: 'attribute keys are written without quotes',
      hint: `Write the key ${excerpt(image)} without quotes.`,
      ...ifHabit(isGraphvizId(image)),
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
});

export const htmlValue: Complaint = habit({
  message: 'HTML labels are not allowed',
  hint: 'Write a string in quotes.',
});

export const tooLarge = (image: string): Complaint => ({
  message: `the number ${excerpt(image)} is too large to be kept exactly`,
  hint: 'Write it in quotes to keep every digit.',
});

export const textNeedsQuotes = (image: string): Complaint => ({
  message: `unexpected '${excerpt(image)}' after the value`,
  hint: 'Text with spaces needs quotes around all of it.',
});

export const strayInBlock = (image: string): Complaint => {
  if (image.trim() === '') return oddSpace(image);
  if (image === '+') return joinedStrings;
  return {
    message: `unexpected '${excerpt(image)}' in the attribute block`,
    hint: 'Attributes are `key=value, key=value`.',
  };
};

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

export const ignoredInSubgraph = (key: string): Complaint => ({
  message: `'${key}' inside a subgraph belongs to the subgraph and has no effect`,
  hint: `Move it to the top level, outside of the subgraph.`,
});

export const tooMany = (limit: number): Complaint => ({
  message: `more than ${limit} mistakes; the rest is not shown`,
  hint: 'Correct the ones above first.',
});
