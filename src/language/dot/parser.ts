import { EMPTY_ALT, EOF, type IToken, tokenMatcher } from 'chevrotain';
import type { TextEdit } from '../../contract/diagnostic.ts';
import { attributeEntry } from '../graph/attribute-catalogue.ts';
import { withAttribute } from '../graph/attributes.ts';
import type { Attributes, Graph } from '../graph/graph.ts';
import type { Span } from '../graph/span.ts';
import { isKey, oddKey } from './block-complaints.ts';
import { type Blocks, identifierPattern, isIdentifier, meaningOf } from './block-parser.ts';
import type { Complaint } from './complaint.ts';
import * as complaint from './complaints.ts';
import { GraphDraft, Scope } from './draft.ts';
import type { Findings } from './findings.ts';
import { EdgeParser } from './edge-parser.ts';
import { endOf } from './forgiving-parser.ts';
import { encodeString } from './literal.ts';
import { identifierLike } from './node-names.ts';
import { Renaming, withLabel } from './renaming.ts';
import * as token from './tokens.ts';

const nothing: Attributes = new Map();

/** Subgraphs nested deeper are refused, so that no text can exhaust the stack. */
export const maxSubgraphDepth = 64;

/** What stands before the first brace. */
interface Header {
  readonly name: string;
  /** What the text calls the graph, where that is no name of the grammar. */
  readonly title: string | undefined;
  /** Those of the complaint of it. */
  readonly edits: TextEdit[];
}

/**
 * The grammar of section 2.2, made total: beside each production stand the mistakes people make in its
 * place, so that each is named and the parser never gets lost. What statements mean lives in the draft,
 * wording in the complaints, how far a mistake reaches in `ForgivingParser`.
 */
class DotParser extends EdgeParser {
  private lacksBrace = false;

  constructor() {
    super();
    this.performSelfAnalysis();
  }

  /** The graph the tokens say. It is meaningful only when `findings` holds no error afterwards. */
  parse(tokens: IToken[], text: string, findings: Findings): Graph | undefined {
    this.begin(tokens, findings);
    this.draft = new GraphDraft();
    this.renaming = new Renaming(tokens);
    this.text = text;
    this.lacksBrace = false;
    const graph = this.document();
    for (const { token: at } of this.errors) findings.error(at, complaint.unexpected(at.image));
    this.end();
    this.draft = new GraphDraft();
    this.renaming = new Renaming([]);
    this.text = '';
    return graph;
  }

  // The file

  private readonly document = this.RULE('document', (): Graph | undefined => {
    const first = this.LA(1);
    const name = this.ACTION(() => this.readHeader());
    const opening = this.OPTION(() => this.CONSUME(token.LBrace));
    this.MANY(() => this.SUBRULE(this.statement, { ARGS: [this.draft.root] }));
    const closing = this.OPTION1(() => this.CONSUME(token.RBrace));
    return this.ACTION(() => {
      if (opening && !closing) this.neverClosed('the digraph', opening);
      if (closing) this.nothingFollows();
      return opening && closing && this.finish(name, opening, this.findings.between(first, closing));
    });
  });

  private finish(header: Header, opening: IToken, span: Span): Graph {
    const graph = this.renaming.finish(this.draft.finish(header.name, span), this.findings);
    if (header.title === undefined || graph.attributes.has('label')) return graph;
    const offset = this.behindLineComment(opening);
    header.edits.push({ start: offset, end: offset, text: `\ngraph [label=${encodeString(header.title)}]\n` });
    return { ...graph, attributes: withLabel(graph.attributes, header.title, span) };
  }

  /** Behind a word and the comment on it. */
  private behindLineComment(word: IToken): number {
    const comment = /[ \t]*(?:(?:\/\/|#)[^\r\n]*)?/y;
    comment.lastIndex = endOf(word);
    comment.exec(this.text);
    return comment.lastIndex;
  }

  /** The name of the graph. All words before the first brace are looked at together, as any of them may be wrong. */
  private readHeader(): Header {
    const words: IToken[] = [];
    this.skipWhile(() => !this.nextIs(token.LBrace) && words.push(this.LA(1)) > 0);
    let at = 0;
    const first = words[0];
    if (first?.image.toLowerCase() === 'strict') {
      this.complain(first, complaint.strictModifier, [this.remove(first)]);
      at += 1;
    }
    const keyword = words[at++];
    this.undirected = keyword?.tokenType === token.GraphKeyword;
    if (this.undirected) this.complain(keyword, complaint.undirectedGraph);
    else if (keyword?.image.toLowerCase() !== 'digraph') return this.giveUp(keyword, complaint.noDigraph);
    else if (keyword.tokenType !== token.Digraph) {
      this.complain(keyword, complaint.keywordCase(keyword.image), [this.replace(keyword, 'digraph')]);
    }
    const name = words[at++];
    if (name === undefined) {
      if (this.findings.lenient && this.nextIs(EOF)) {
        return this.giveUp(undefined, () => complaint.missingOpeningBrace('digraph'));
      }
      this.complainOfMissing(this.LA(1), complaint.missingGraphName, keyword && [this.insertBehind(keyword, ' G')]);
      return { name: 'G', title: undefined, edits: [] };
    }
    const header = this.graphName(name);
    if (at < words.length || !this.nextIs(token.LBrace)) {
      return this.giveUp(words[at], () => complaint.missingOpeningBrace(words[at - 1]?.image ?? ''));
    }
    return header;
  }

  private graphName(word: IToken): Header {
    const title = meaningOf(word);
    if (isIdentifier(word)) return { name: title, title: undefined, edits: [] };
    const name = identifierPattern.test(title) ? title : identifierLike(title);
    const edits = [this.replace(word, name)];
    const isName = tokenMatcher(word, token.NodeName);
    this.complain(word, isName ? complaint.oddGraphName(word.image) : complaint.noGraphName(word.image), edits);
    return { name, title: name === title ? undefined : title, edits };
  }

  private giveUp(at: IToken | undefined, say: (image: string) => Complaint): Header {
    const found = at ?? this.LA(1);
    this.complainOfMissing(found, say(found.image));
    this.skipWhile(() => true);
    return { name: '', title: undefined, edits: [] };
  }

  private nothingFollows(): void {
    const next = this.LA(1);
    if (next.tokenType === EOF) return;
    // Where a subgraph lacks its `{`, its `}` has closed the digraph.
    if (this.lacksBrace) return this.skipWhile(() => true);
    const another = ['digraph', 'graph', 'strict'].includes(next.image.toLowerCase());
    this.complain(next, another ? complaint.secondDigraph : complaint.textAfterEnd(next.image));
    this.skipWhile(() => true);
  }

  // Statements

  private readonly statement = this.RULE('statement', (scope: Scope) => {
    this.OR([
      { ALT: () => this.SUBRULE(this.keywordStatement, { ARGS: [scope] }) },
      { ALT: () => this.SUBRULE(this.subgraphStatement, { ARGS: [scope] }) },
      { ALT: () => this.SUBRULE(this.nameStatement, { ARGS: [scope] }) },
      { ALT: () => this.SUBRULE(this.strayStatement) },
    ]);
    this.OPTION(() => this.CONSUME(token.Semicolon));
  });

  private readonly keywordStatement = this.RULE('keywordStatement', (scope: Scope) => {
    const keyword = this.CONSUME(token.DefaultsKeyword);
    this.OR([
      {
        ALT: () => {
          const attributes = this.SUBRULE(this.attributes, {
            ARGS: [keyword.tokenType === token.GraphKeyword ? 'explicit' : 'default'],
          });
          this.ACTION(() => this.applyDefaults(scope, keyword, attributes));
        },
      },
      { ALT: () => this.SUBRULE(this.declaration, { ARGS: [scope, keyword] }) },
      {
        ALT: () => {
          this.complain(keyword, complaint.keywordAsNode(keyword.image));
          this.SUBRULE(this.edgeTail, { ARGS: [scope] });
          this.OPTION(() => this.SUBRULE1(this.attributes, { ARGS: ['explicit'] }));
        },
      },
      { ALT: EMPTY_ALT() },
    ]);
    if (this.LA(0) === keyword) this.complain(keyword, complaint.missingBlock(keyword.image));
  });

  private applyDefaults(scope: Scope, keyword: IToken, { attributes, emptied }: Blocks): void {
    if (attributes.size === 0) {
      // Without its block the keyword, and the semicolon behind it, would be mistakes of their own.
      emptied?.push(this.remove(keyword));
      if (this.nextIs(token.Semicolon)) emptied?.push(this.remove(this.LA(1)));
    }
    if (keyword.tokenType === token.NodeKeyword) scope.addNodeDefaults(attributes);
    else if (keyword.tokenType === token.EdgeKeyword) scope.edgeDefaults.add(attributes);
    else this.addScopeAttributes(scope, attributes);
  }

  private addScopeAttributes(scope: Scope, attributes: Attributes): void {
    scope.addAttributes(attributes);
    if (scope.depth === 0) return;
    for (const [key, { span }] of attributes) {
      if (key === 'label' || attributeEntry('graph', key) === undefined) continue;
      this.findings.warningAt('subgraph_attribute', span.start, complaint.ignoredInSubgraph(key));
    }
  }

  /** `key = value`: an attribute of the graph, or of the subgraph around it. */
  private readonly declaration = this.RULE('declaration', (scope: Scope, key: IToken) => {
    this.CONSUME(token.Equals);
    const value = this.SUBRULE(this.value, { ARGS: [key] });
    this.ACTION(() => {
      if (!isIdentifier(key)) this.complainOfKey(key);
      if (value === undefined) this.skipLine();
      else this.addScopeAttributes(scope, withAttribute(nothing, this.attribute(key, value, 'explicit')));
    });
  });

  private complainOfKey(key: IToken): void {
    const name = meaningOf(key);
    if (!isKey(name) || identifierPattern.test(name)) {
      this.complain(key, oddKey(key.image), [this.replace(key, name)]);
      return;
    }
    const edits = [this.replace(key, `graph [${name}`), this.insertBehind(this.LA(0), ']')];
    this.complain(key, complaint.dottedDeclaration(name), edits);
  }

  private readonly nameStatement = this.RULE('nameStatement', (scope: Scope) => {
    const name = this.CONSUME(token.NodeName);
    this.OR([
      { ALT: () => this.SUBRULE(this.declaration, { ARGS: [scope, name] }) },
      { ALT: () => this.SUBRULE(this.nodeOrEdges, { ARGS: [scope, name] }) },
    ]);
  });

  private readonly nodeOrEdges = this.RULE('nodeOrEdges', (scope: Scope, name: IToken) => {
    const node = this.ACTION(() => this.nodeReference(name));
    const tail = this.OPTION(() => this.SUBRULE(this.edgeTail, { ARGS: [scope] }));
    const attributes = this.OPTION1(() => this.SUBRULE(this.attributes, { ARGS: ['explicit'] }));
    this.ACTION(() => {
      if (tail) {
        tail.ends.unshift([node]);
        tail.words.unshift(name);
        this.addEdges(scope, tail, attributes);
      } else this.declareNode(scope, node, attributes);
    });
  });

  private readonly strayStatement = this.RULE('strayStatement', () => {
    const stray = this.CONSUME(token.StrayInStatements);
    this.ACTION(() => {
      const explained = this.findings.hasErrorInLine(stray);
      const what = this.skipStray(stray);
      if (!explained) this.complain(stray, what, what.isHabit ? [this.remove(stray)] : []);
    });
  });

  private skipStray(stray: IToken): Complaint {
    if (stray.tokenType === token.LBracket) {
      this.skipBlock();
      return complaint.strayBracket(stray.image);
    }
    if (stray.tokenType === token.Comma && this.skipUnopenedBlock()) return complaint.unopenedBlock;
    if (stray.tokenType !== token.Semicolon) this.skipLine();
    return strayComplaint(stray);
  }

  // Subgraphs

  private readonly subgraphStatement = this.RULE('subgraphStatement', (scope: Scope) => {
    this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { GATE: () => this.idGroupLeads(), ALT: () => this.SUBRULE(this.groupEdges, { ARGS: [scope] }) },
        { ALT: () => this.SUBRULE(this.groupStatement, { ARGS: [scope] }) },
      ],
    });
  });

  private readonly groupStatement = this.RULE('groupStatement', (scope: Scope) => {
    this.SUBRULE(this.group, { ARGS: [scope, 'statement'] });
    this.OPTION(() => {
      // A group in bare braces was complained of already.
      if (!this.findings.hasErrorInLine(this.LA(1))) this.complain(this.LA(1), complaint.groupInEdge);
      this.SUBRULE(this.edgeTail, { ARGS: [scope] });
      this.OPTION1(() => this.SUBRULE(this.attributes, { ARGS: ['explicit'] }));
    });
  });

  protected readonly group = this.RULE('group', (scope: Scope, place: 'statement' | 'edge') => {
    const opening = this.SUBRULE(this.groupOpening, { ARGS: [place] });
    const inner = this.ACTION(() => this.innerScope(scope, opening));
    this.MANY({ GATE: () => opening !== undefined, DEF: () => this.SUBRULE(this.statement, { ARGS: [inner] }) });
    const closing = this.OPTION({ GATE: () => opening !== undefined, DEF: () => this.CONSUME(token.RBrace) });
    if (opening && !closing) this.neverClosed('the subgraph', opening);
  });

  private readonly groupOpening = this.RULE('groupOpening', (place: 'statement' | 'edge'): IToken | undefined =>
    this.OR([
      {
        ALT: () => {
          const keyword = this.CONSUME(token.Subgraph);
          return this.SUBRULE(this.groupName, { ARGS: [keyword] });
        },
      },
      {
        ALT: () => {
          const keyword = this.CONSUME(token.Digraph);
          this.complain(keyword, complaint.secondDigraph);
          return this.SUBRULE1(this.groupName, { ARGS: [keyword] });
        },
      },
      {
        ALT: () => {
          const opening = this.CONSUME(token.LBrace);
          const edits = this.ACTION(() => [this.replace(opening, 'subgraph {')]);
          if (place === 'statement') this.complain(opening, complaint.anonymousGroup, edits);
          return opening;
        },
      },
    ]),
  );

  /** The optional name and the brace that opens the group; undefined, the line skipped, when there is none. */
  private readonly groupName = this.RULE('groupName', (keyword: IToken): IToken | undefined => {
    const name = this.OPTION(() => this.CONSUME(token.AttributeName));
    const opening = this.OPTION1(() => this.CONSUME(token.LBrace));
    this.ACTION(() => {
      if (name && !isIdentifier(name)) {
        this.complain(name, complaint.oddSubgraphName(name.image), [
          this.replace(name, identifierLike(meaningOf(name))),
        ]);
      }
      if (opening) return;
      this.lacksBrace = true;
      this.complainOfMissing(this.LA(1), complaint.missingOpeningBrace((name ?? keyword).image));
      this.skipLine();
    });
    return opening;
  });

  private innerScope(scope: Scope, opening: IToken | undefined): Scope {
    if (scope.depth < maxSubgraphDepth) return new Scope(scope);
    if (opening) {
      this.complain(opening, complaint.tooDeep(maxSubgraphDepth));
      this.skipBalanced();
    }
    return scope;
  }
}

function strayComplaint({ tokenType, image }: IToken): Complaint {
  switch (tokenType) {
    case token.Arrow:
    case token.WrongArrow:
      return complaint.sourcelessEdge;
    case token.RBracket:
      return complaint.strayBracket(image);
    case token.Comma:
      return complaint.strayComma;
    case token.Semicolon:
      return complaint.straySemicolon;
    default:
      return complaint.unexpected(image);
  }
}

export const dotParser = new DotParser();
