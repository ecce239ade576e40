import { EMPTY_ALT, EOF, type IToken, tokenMatcher } from 'chevrotain';
import { attributeEntry } from '../graph/attribute-catalogue.ts';
import { withAttribute } from '../graph/attributes.ts';
import type { Attribute, Attributes, AttributeValue, Graph } from '../graph/graph.ts';
import * as complaint from './complaints.ts';
import type { Complaint } from './complaints.ts';
import { GraphDraft, Scope } from './draft.ts';
import type { Findings } from './findings.ts';
import { ForgivingParser } from './forgiving-parser.ts';
import { decodeString } from './literal.ts';
import { readLiteral } from './read-literal.ts';
import * as token from './tokens.ts';

/** Subgraphs nested deeper are refused, so that no text can exhaust the stack. */
export const maxSubgraphDepth = 64;

type AttributeMap = Map<string, Attribute>;

const nothing: Attributes = new Map();

/** An attribute block while it is read. */
interface Block {
  readonly attributes: AttributeMap;
  readonly origin: Attribute['origin'];
  /** What stands before the next word; after a mistake nothing is asked of it. */
  previous: 'opening' | 'attribute' | 'comma' | 'mistake';
}

/**
 * The grammar of section 2.2, made total: beside each production stand the mistakes people make in its
 * place, so that each is named and the parser never gets lost. What statements mean lives in the draft,
 * wording in the complaints, how far a mistake reaches in `ForgivingParser`.
 */
class DotParser extends ForgivingParser {
  // One reading at a time: a parser is costly to make and cheap to use again.
  private draft = new GraphDraft();
  private text = '';
  private undirected = false;
  private lacksBrace = false;

  constructor() {
    super();
    this.performSelfAnalysis();
  }

  /** The graph the tokens say. It is meaningful only when `findings` holds no error afterwards. */
  parse(tokens: IToken[], text: string, findings: Findings): Graph | undefined {
    this.begin(tokens, findings);
    this.draft = new GraphDraft();
    this.text = text;
    this.lacksBrace = false;
    const graph = this.document();
    for (const { token: at } of this.errors) findings.error(at, complaint.unexpected(at.image));
    this.end();
    this.draft = new GraphDraft();
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
      return closing && this.draft.finish(name, this.findings.between(first, closing));
    });
  });

  /** The name of the graph. All words before the first brace are looked at together, as any of them may be wrong. */
  private readHeader(): string {
    const words: IToken[] = [];
    this.skipWhile(() => !this.nextIs(token.LBrace) && words.push(this.LA(1)) > 0);
    let at = 0;
    if (words[at]?.image === 'strict') this.complain(words[at++], complaint.strictModifier);
    const keyword = words[at++];
    this.undirected = keyword?.tokenType === token.GraphKeyword;
    if (this.undirected) this.complain(keyword, complaint.undirectedGraph);
    else if (keyword?.image.toLowerCase() !== 'digraph') return this.giveUp(keyword, complaint.noDigraph);
    else if (keyword.tokenType !== token.Digraph) this.complain(keyword, complaint.keywordCase(keyword.image));
    const name = words[at++];
    if (name === undefined) {
      this.complainOfMissing(this.LA(1), complaint.missingGraphName);
      return 'G';
    }
    if (!isIdentifier(name)) this.complain(name, complaint.oddGraphName(name.image));
    if (at < words.length || !this.nextIs(token.LBrace)) {
      return this.giveUp(words[at], () => complaint.missingOpeningBrace(words[at - 1]?.image ?? ''));
    }
    return meaningOf(name);
  }

  private giveUp(at: IToken | undefined, say: (image: string) => Complaint): string {
    const found = at ?? this.LA(1);
    this.complainOfMissing(found, say(found.image));
    this.skipWhile(() => true);
    return '';
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

  private applyDefaults(scope: Scope, keyword: IToken, attributes: AttributeMap): void {
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
      if (!isIdentifier(key)) this.complain(key, complaint.oddDeclarationKey(key.image));
      if (value === undefined) this.skipLine();
      else this.addScopeAttributes(scope, withAttribute(nothing, this.attribute(key, value, 'explicit')));
    });
  });

  private readonly nameStatement = this.RULE('nameStatement', (scope: Scope) => {
    const name = this.CONSUME(token.NodeName);
    this.OR([
      { ALT: () => this.SUBRULE(this.declaration, { ARGS: [scope, name] }) },
      { ALT: () => this.SUBRULE(this.nodeOrEdges, { ARGS: [scope, name] }) },
    ]);
  });

  private readonly nodeOrEdges = this.RULE('nodeOrEdges', (scope: Scope, name: IToken) => {
    this.ACTION(() => this.checkNodeId(name));
    const targets = this.OPTION(() => this.SUBRULE(this.edgeTail, { ARGS: [scope] }));
    const attributes = this.OPTION1(() => this.SUBRULE(this.attributes, { ARGS: ['explicit'] })) ?? nothing;
    this.ACTION(() => {
      if (targets) {
        const ends = [name, ...targets].map((end) => ({ id: nodeIdOf(end), span: this.findings.between(end, end) }));
        this.draft.addEdges(scope, ends, attributes);
      } else {
        this.draft.declareNode(scope, nodeIdOf(name), attributes, this.findings.between(name, this.LA(0)));
      }
    });
  });

  private checkNodeId(name: IToken): void {
    if (isKeyword(name)) this.complain(name, complaint.keywordAsNode(name.image));
    else if (name.tokenType !== token.Identifier) this.complain(name, complaint.oddNodeId(name.image));
  }

  /** `-> b -> c`: the targets. */
  private readonly edgeTail = this.RULE('edgeTail', (scope: Scope): IToken[] => {
    const targets: IToken[] = [];
    this.AT_LEAST_ONE(() => {
      const operator = this.CONSUME(token.EdgeOperator);
      this.ACTION(() => this.checkOperator(operator));
      const target = this.SUBRULE(this.edgeTarget, { ARGS: [scope] });
      if (target) targets.push(target);
    });
    return targets;
  });

  private checkOperator(operator: IToken): void {
    // In a file that says `graph`, the complaint there speaks of every `--`.
    if (operator.tokenType === token.Arrow || (this.undirected && operator.image === '--')) return;
    this.complain(operator, complaint.wrongArrow(operator.image));
  }

  private readonly edgeTarget = this.RULE('edgeTarget', (scope: Scope): IToken | undefined =>
    this.OR([
      {
        ALT: () => {
          const name = this.CONSUME(token.EdgeTarget);
          this.ACTION(() => this.checkNodeId(name));
          return name;
        },
      },
      {
        ALT: () => {
          this.complain(this.LA(1), complaint.groupInEdge);
          this.SUBRULE(this.group, { ARGS: [scope, 'edge'] });
          return undefined;
        },
      },
      { ALT: () => this.ACTION(() => this.missingTarget()) },
    ]),
  );

  private missingTarget(): undefined {
    const next = this.LA(1);
    this.complainOfMissing(next, complaint.targetlessEdge(next.image));
    const goesOn = [token.LBracket, token.Semicolon, token.RBrace, token.EdgeOperator];
    if (!goesOn.some((type) => this.nextIs(type))) this.skipLine();
  }

  private readonly strayStatement = this.RULE('strayStatement', () => {
    const stray = this.CONSUME(token.StrayInStatements);
    this.ACTION(() => {
      const explained = this.findings.hasErrorInLine(stray);
      const what = this.skipStray(stray);
      if (!explained) this.complain(stray, what);
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
    this.SUBRULE(this.group, { ARGS: [scope, 'statement'] });
    this.OPTION(() => {
      // A group in bare braces was complained of already.
      if (!this.findings.hasErrorInLine(this.LA(1))) this.complain(this.LA(1), complaint.groupInEdge);
      this.SUBRULE(this.edgeTail, { ARGS: [scope] });
      this.OPTION1(() => this.SUBRULE(this.attributes, { ARGS: ['explicit'] }));
    });
  });

  private readonly group = this.RULE('group', (scope: Scope, place: 'statement' | 'edge') => {
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
          if (place === 'statement') this.complain(opening, complaint.anonymousGroup);
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
      if (name && !isIdentifier(name)) this.complain(name, complaint.oddSubgraphName(name.image));
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

  // Attribute blocks

  /** One block; further ones are complained of and merged. */
  private readonly attributes = this.RULE('attributes', (origin: Attribute['origin']): AttributeMap => {
    const into: AttributeMap = new Map();
    this.SUBRULE(this.block, { ARGS: [into, origin] });
    this.MANY(() => {
      this.complain(this.LA(1), complaint.secondBlock);
      this.SUBRULE1(this.block, { ARGS: [into, origin] });
    });
    return into;
  });

  private readonly block = this.RULE('block', (attributes: AttributeMap, origin: Attribute['origin']) => {
    const opening = this.CONSUME(token.LBracket);
    const block: Block = { attributes, origin, previous: 'opening' };
    const findingsBefore = this.findings.count;
    this.MANY({
      GATE: () => !this.statementBegins(),
      DEF: () => {
        this.OR([
          { ALT: () => this.SUBRULE(this.blockEntry, { ARGS: [block] }) },
          {
            ALT: () => {
              const separator = this.CONSUME(token.Separator);
              this.ACTION(() => this.takeSeparator(block, separator));
            },
          },
          {
            ALT: () => {
              const stray = this.CONSUME(token.StrayInBlock);
              this.ACTION(() => {
                if (!this.findings.hasErrorInLine(stray)) this.complain(stray, complaint.strayInBlock(stray.image));
                this.skipEntry(block);
              });
            },
          },
        ]);
      },
    });
    const last = this.LA(0);
    const closing = this.OPTION(() => this.CONSUME(token.RBracket));
    if (!closing) {
      // Statements taken for attributes earned complaints of their own.
      this.findings.dropBehind(findingsBefore);
      this.neverClosed('the attributes', opening);
    } else if (block.previous === 'opening') this.complain(opening, complaint.emptyBlock);
    else if (block.previous === 'comma') this.complain(last, complaint.trailingComma);
  });

  private readonly blockEntry = this.RULE('blockEntry', (block: Block) => {
    const key = this.CONSUME(token.AttributeName);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(token.Equals);
          const value = this.SUBRULE(this.value, { ARGS: [key] });
          this.ACTION(() => this.takeAttribute(block, key, value));
        },
      },
      { ALT: () => this.ACTION(() => this.takeWord(block, key)) },
    ]);
  });

  private takeAttribute(block: Block, key: IToken, value: AttributeValue | undefined): void {
    if (block.previous === 'attribute') this.complain(key, complaint.missingComma(key.image));
    if (!isIdentifier(key) && key.tokenType !== token.QualifiedId) this.complain(key, complaint.oddKey(key.image));
    if (value === undefined) {
      this.skipEntry(block);
      return;
    }
    const attribute = this.attribute(key, value, block.origin);
    if (block.attributes.has(attribute.key)) {
      this.findings.warning('duplicate_attribute', key, complaint.duplicateKey(key.image));
    }
    block.attributes.set(attribute.key, attribute);
    block.previous = 'attribute';
  }

  /** A word without `=`: a key that lacks its value, or more of a value that lacks its quotes. */
  private takeWord(block: Block, word: IToken): void {
    const say = block.previous === 'attribute' ? complaint.textNeedsQuotes : complaint.valuelessKey;
    this.complain(word, say(word.image));
    this.skipEntry(block);
  }

  private takeSeparator(block: Block, separator: IToken): void {
    const superfluous = block.previous === 'opening' || block.previous === 'comma';
    if (separator.tokenType === token.Semicolon) this.complain(separator, complaint.semicolonInBlock);
    else if (superfluous) this.complain(separator, complaint.superfluousComma);
    block.previous = superfluous || separator.tokenType === token.Semicolon ? 'mistake' : 'comma';
  }

  private skipEntry(block: Block): void {
    this.skipInBlock();
    block.previous = 'mistake';
  }

  private attribute(key: IToken, value: AttributeValue, origin: Attribute['origin']): Attribute {
    return { key: meaningOf(key), value, origin, span: this.findings.between(key, this.LA(0)) };
  }

  /** The literal behind `=`; undefined, complained of, when there is none. */
  private readonly value = this.RULE('value', (key: IToken): AttributeValue | undefined => {
    const literal = this.OPTION(() => this.CONSUME(token.Value));
    return this.ACTION(() => {
      if (literal) return readLiteral(literal, this.text, this.findings);
      this.complainOfMissing(this.LA(1), complaint.missingValue(key.image, this.LA(1).image));
      return undefined;
    });
  });
}

const identifierPattern = /^[A-Za-z_]\w*$/;

// Keywords are identifiers too, where the grammar leaves no doubt: as keys and as names of graphs and subgraphs.
function isIdentifier({ image }: IToken): boolean {
  return identifierPattern.test(image);
}

/** What a name stands for: the text of a string, itself otherwise. */
function meaningOf({ image, tokenType }: IToken): string {
  return tokenType === token.StringLiteral ? decodeString(image).text : image;
}

/** Ports say where an edge meets the drawing of its node. */
function nodeIdOf(name: IToken): string {
  return name.tokenType === token.OddName ? name.image.replace(/:.*$/, '') : meaningOf(name);
}

function isKeyword(word: IToken): boolean {
  return (
    tokenMatcher(word, token.DefaultsKeyword) || word.tokenType === token.Subgraph || word.tokenType === token.Digraph
  );
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
