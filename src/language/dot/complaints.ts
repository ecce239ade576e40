import { type Complaint, excerpt, habit, ifHabit, identifierRule, joinedStrings } from './complaint.ts';

/** What the reader says about the file, its statements and their names. */

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

export const oddGraphName = (image: string): Complaint =>
  habit({
    message: `'${excerpt(image)}' is not a graph name`,
    hint: `Use ${identifierRule}, without quotes; put the readable title in \`graph [label="..."]\`.`,
  });

/** For a word that is no name of anything. */
export const noGraphName = (image: string): Complaint => {
  const { message, hint } = oddGraphName(image);
  return { message, hint };
};

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

// Statements

export const unexpected = (image: string): Complaint => ({
  message: image === '+' ? joinedStrings.message : `unexpected '${excerpt(image)}'`,
  hint: 'A statement is a node, an edge with `->`, `key = value`, a `graph`, `node` or `edge` block, or a subgraph.',
});

export const straySemicolon: Complaint = habit({
  message: "there is no statement before this ';'",
  hint: 'Remove it.',
});

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

/** An arrow of another language says where it leads; lines without a head do not. */
export const wrongArrow = (image: string): Complaint => ({
  message: `'${image}' is not an edge`,
  hint: 'Write `->`: only directed edges are allowed.',
  ...ifHabit(/[>\u2192]$/.test(image)),
});

export const groupInEdge: Complaint = {
  message: 'an edge joins nodes, not groups',
  hint: 'Write one edge for every node of the group.',
};

/** A group of ids alone says the same as one edge for every node of it. */
export const idsInEdge = habit(groupInEdge);

export const tooManyEdges = (limit: number): Complaint => ({
  message: `the groups of this statement make more than ${limit} edges`,
  hint: 'Write the edges that are meant.',
});

export const anonymousGroup: Complaint = habit({
  message: "unexpected '{'",
  hint: 'Groups begin with the word `subgraph`.',
});

export const keywordAsNode = (image: string): Complaint => ({
  message: `\`${image}\` is a keyword and cannot be a node id`,
  hint: `Choose another id, for example \`${image}_1\`; for defaults write \`${image} [...]\`.`,
});

/** @param id the one to write instead */
export const quotedNodeId = (image: string, id: string): Complaint =>
  habit({
    message: `node ids are written without quotes: ${excerpt(image)}`,
    hint: `Write \`${id}\`${image === `"${id}"` ? '' : `, and \`label=${excerpt(image)}\` for the readable name`}.`,
  });

export const port = (image: string, id: string): Complaint =>
  habit({
    message: `'${excerpt(image)}' is not a node id: ports do not exist here`,
    hint: `Write \`${id}\`.`,
  });

/** @param id the one to write instead; undefined when the text is no name at all */
export const oddNodeId = (image: string, id: string | undefined): Complaint => {
  if (image === '-') return { message: "'-' is not an edge", hint: 'Write `->`.' };
  return {
    message: `'${excerpt(image)}' is not a node id`,
    hint: `Use ${identifierRule}${id === undefined ? '' : `, for example \`${id}\``}; put the readable name in \`label\`.`,
    ...ifHabit(id !== undefined),
  };
};

export const renamedNode = (name: string, id: string): Complaint =>
  habit({
    message: `'${excerpt(name)}' names a node whose id cannot be written so`,
    hint: `Write \`${id}\`, as the node is called then.`,
  });

export const oddSubgraphName = (image: string): Complaint =>
  habit({
    message: `'${excerpt(image)}' is not a subgraph name`,
    hint: `Use ${identifierRule}; put the readable name in \`label\`.`,
  });

export const tooDeep = (limit: number): Complaint => ({
  message: `subgraphs are nested more than ${limit} deep`,
  hint: 'Flatten the inner subgraphs.',
});

export const dottedDeclaration = (key: string): Complaint =>
  habit({ message: `the dotted key '${key}' needs a block`, hint: `Write \`graph [${key}=...]\`.` });

export const missingBlock = (keyword: string): Complaint => ({
  message: `expected '[' after \`${keyword}\``,
  hint: `Write \`${keyword} [key=value]\`; \`${keyword}\` is a keyword and cannot be a node id.`,
});

export const secondBlock: Complaint = habit({
  message: 'a statement has one attribute block only',
  hint: "Join the two blocks, with ',' between the attributes.",
});

export const ignoredInSubgraph = (key: string): Complaint => ({
  message: `'${key}' inside a subgraph belongs to the subgraph and has no effect`,
  hint: `Move it to the top level, outside of the subgraph.`,
});

// The whole

export const tooMany = (limit: number): Complaint => ({
  message: `more than ${limit} mistakes; the rest is not shown`,
  hint: 'Correct the ones above first.',
});
