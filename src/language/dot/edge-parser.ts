import { type IToken, type ParserMethod, tokenMatcher } from 'chevrotain';
import type { Attributes } from '../graph/graph.ts';
import { type Blocks, BlockParser } from './block-parser.ts';
import type { Complaint } from './complaint.ts';
import * as complaint from './complaints.ts';
import { GraphDraft, type Scope } from './draft.ts';
import { endOf } from './forgiving-parser.ts';
import { decodeString } from './literal.ts';
import { attributeBlock } from './print-dot.ts';
import * as token from './tokens.ts';

/** More edges than this from one statement are refused, so that a short text cannot make a huge graph. */
const maxEdgesOfGroups = 100;

/** Where edges of one statement meet: a node, or every node of a group. */
type EdgeEnd = readonly NodeReference[];

interface NodeReference {
  readonly id: string;
  readonly name: IToken;
}

/** The edges of a statement while it is read. */
interface EdgeTail {
  readonly ends: EdgeEnd[];
  /** Every word of the tail, which an edit can take away without the comments between them. */
  readonly words: IToken[];
  /** The braces of groups. */
  readonly groups: IToken[];
}

/** The part of the grammar that names nodes and draws edges between them. */
export abstract class EdgeParser extends BlockParser {
  // One reading at a time: a parser is costly to make and cheap to use again.
  protected draft = new GraphDraft();
  /** The file says `graph`. */
  protected undirected = false;

  /** A subgraph, whatever stands in it. */
  protected abstract readonly group: ParserMethod<[Scope, 'statement' | 'edge'], void>;

  protected declareNode(scope: Scope, { id, name }: NodeReference, block: Blocks | undefined): void {
    this.draft.declareNode(scope, id, block?.attributes ?? nothing, this.findings.between(name, this.LA(0)));
    const place = block?.first
      ? { offset: block.first.startOffset, before: '', after: ', ' }
      : { offset: endOf(name), before: ' [', after: ']' };
    this.renaming.placeLabel(id, place, true);
  }

  protected addEdges(scope: Scope, tail: EdgeTail, block: Blocks | undefined): void {
    const attributes = block?.attributes ?? nothing;
    const draw = (ends: readonly NodeReference[]): void =>
      this.draft.addEdges(
        scope,
        ends.map(({ id, name }) => ({ id, span: this.findings.between(name, name) })),
        attributes,
      );
    if (tail.groups.length === 0) draw(tail.ends.flat());
    else for (const pair of this.pairsOf(tail, attributes)) draw(pair);
    const end = endOf(this.LA(0));
    for (const { id } of tail.ends.flat()) {
      this.renaming.placeLabel(id, { offset: end, before: `\n${id} [`, after: ']' }, false);
    }
  }

  /** What groups of nodes say: an edge from every node of an end to every node of the next. */
  private pairsOf({ ends, words, groups }: EdgeTail, attributes: Attributes): readonly NodeReference[][] {
    const count = ends.reduce((sum, end, index) => sum + end.length * (ends[index - 1]?.length ?? 0), 0);
    if (count > maxEdgesOfGroups) {
      this.complain(groups[0], complaint.tooManyEdges(maxEdgesOfGroups));
      return [];
    }
    const pairs = ends.flatMap((end, index) =>
      (ends[index - 1] ?? []).flatMap((from) => end.map((to): NodeReference[] => [from, to])),
    );
    const copy = attributes.size === 0 ? '' : ` ${attributeBlock(attributes)}`;
    // The block that is written belongs to the last edge.
    const edges = pairs.map(([from, to]) => `${from?.id} -> ${to?.id}`).join(`${copy}\n`);
    const edits = words.map((word, index) => this.replace(word, index === 0 ? edges : ''));
    groups.forEach((group, index) => this.complain(group, complaint.idsInEdge, index === 0 ? edits : []));
    return pairs;
  }

  /** The node a word names; what is no id is complained of. */
  protected nodeReference(name: IToken): NodeReference {
    if (name.tokenType === token.Identifier) return { id: name.image, name };
    if (isKeyword(name)) {
      this.complain(name, complaint.keywordAsNode(name.image));
      return { id: name.image, name };
    }
    const meant = nodeNameOf(name);
    if (meant === undefined) {
      this.complain(name, complaint.oddNodeId(name.image, undefined));
      return { id: name.image, name };
    }
    const id = this.renaming.idOf(meant);
    const edits = [this.replace(name, id)];
    this.complain(name, this.oddName(name, id), edits);
    this.renaming.complained(id, edits);
    return { id, name };
  }

  private oddName({ tokenType, image }: IToken, id: string): Complaint {
    if (tokenType === token.StringLiteral) return complaint.quotedNodeId(image, id);
    return withPort.test(image) ? complaint.port(image, id) : complaint.oddNodeId(image, id);
  }

  /** `-> b -> c`. */
  protected readonly edgeTail = this.RULE('edgeTail', (scope: Scope): EdgeTail => {
    const tail: EdgeTail = { ends: [], words: [], groups: [] };
    this.AT_LEAST_ONE(() => {
      const operator = this.CONSUME(token.EdgeOperator);
      this.ACTION(() => {
        tail.words.push(operator);
        this.checkOperator(operator);
      });
      this.SUBRULE(this.edgeTarget, { ARGS: [scope, tail] });
    });
    return tail;
  });

  private checkOperator(operator: IToken): void {
    // In a file that says `graph`, the complaint there speaks of every `--`.
    if (operator.tokenType === token.Arrow || (this.undirected && operator.image === '--')) return;
    const what = complaint.wrongArrow(operator.image);
    this.complain(operator, what, what.isHabit ? [this.replace(operator, '->')] : []);
  }

  private readonly edgeTarget = this.RULE('edgeTarget', (scope: Scope, tail: EdgeTail) => {
    this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        {
          ALT: () => {
            const name = this.CONSUME(token.EdgeTarget);
            this.ACTION(() => {
              tail.words.push(name);
              tail.ends.push([this.nodeReference(name)]);
            });
          },
        },
        {
          GATE: () => this.idsAreGrouped(),
          ALT: () => {
            const words = this.SUBRULE(this.idGroup);
            this.ACTION(() => this.takeGroup(tail, words));
          },
        },
        {
          ALT: () => {
            this.complain(this.LA(1), complaint.groupInEdge);
            this.SUBRULE(this.group, { ARGS: [scope, 'edge'] });
          },
        },
        { ALT: () => this.ACTION(() => this.missingTarget()) },
      ],
    });
  });

  /** `{ a b }`: every word of it. */
  private readonly idGroup = this.RULE('idGroup', (): IToken[] => {
    const words = [this.CONSUME(token.LBrace)];
    this.MANY(() => {
      this.OR([
        { ALT: () => words.push(this.CONSUME(token.NodeName)) },
        { ALT: () => words.push(this.CONSUME(token.Separator)) },
      ]);
    });
    words.push(this.CONSUME(token.RBrace));
    return words;
  });

  /** All nodes of the group are the next end of the edges. */
  private takeGroup(tail: EdgeTail, words: readonly IToken[]): void {
    const names = words.filter((word) => tokenMatcher(word, token.NodeName));
    tail.ends.push(names.map((name) => this.nodeReference(name)));
    tail.words.push(...words);
    tail.groups.push(...words.slice(0, 1));
  }

  /** True before braces with nothing but ids in them. */
  private idsAreGrouped(): boolean {
    return this.endOfIdGroup() !== undefined;
  }

  /** How many words ahead the brace is that closes a group of ids; undefined when there is none. */
  private endOfIdGroup(): number | undefined {
    if (!this.nextIs(token.LBrace)) return undefined;
    let ahead = 2;
    let names = 0;
    for (;;) {
      const next = this.LA(ahead);
      if (tokenMatcher(next, token.NodeName)) names += 1;
      else if (!tokenMatcher(next, token.Separator)) break;
      ahead += 1;
    }
    return names > 0 && this.LA(ahead).tokenType === token.RBrace ? ahead : undefined;
  }

  private missingTarget(): void {
    const next = this.LA(1);
    this.complainOfMissing(next, complaint.targetlessEdge(next.image));
    const goesOn = [token.LBracket, token.Semicolon, token.RBrace, token.EdgeOperator];
    if (!goesOn.some((type) => this.nextIs(type))) this.skipLine();
  }

  protected idGroupLeads(): boolean {
    const end = this.endOfIdGroup();
    return end !== undefined && tokenMatcher(this.LA(end + 1), token.EdgeOperator);
  }

  /** `{ a b } -> c`. */
  protected readonly groupEdges = this.RULE('groupEdges', (scope: Scope) => {
    const words = this.SUBRULE(this.idGroup);
    const first = this.ACTION(() => {
      const tail: EdgeTail = { ends: [], words: [], groups: [] };
      this.takeGroup(tail, words);
      return tail;
    });
    const tail = this.SUBRULE(this.edgeTail, { ARGS: [scope] });
    const attributes = this.OPTION(() => this.SUBRULE(this.attributes, { ARGS: ['explicit'] }));
    this.ACTION(() => {
      tail.ends.unshift(...first.ends);
      tail.words.unshift(...first.words);
      tail.groups.unshift(...first.groups);
      this.addEdges(scope, tail, attributes);
    });
  });
}

const nothing: Attributes = new Map();

/** Ports say where an edge meets the drawing of its node. */
const withPort = /^([A-Za-z_]\w*):.*$/;

/** A name people would give: letters and digits of any alphabet, with inner dots and hyphens. */
const namePattern = /^[\p{L}\p{M}\p{N}_](?:[\p{L}\p{M}\p{N}_.-]*[\p{L}\p{M}\p{N}_])?$/u;

/** What the node is called, ports aside; undefined when the text is no name. */
function nodeNameOf(name: IToken): string | undefined {
  if (name.tokenType === token.StringLiteral) return decodeString(name.image).text;
  const text = name.image.replace(withPort, '$1');
  return namePattern.test(text) ? text : undefined;
}

function isKeyword(word: IToken): boolean {
  return (
    tokenMatcher(word, token.DefaultsKeyword) || word.tokenType === token.Subgraph || word.tokenType === token.Digraph
  );
}
