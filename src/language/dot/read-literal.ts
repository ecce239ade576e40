import type { IToken } from 'chevrotain';
import type { AttributeValue } from '../graph/graph.ts';
import * as complaint from './block-complaints.ts';
import type { Complaint } from './complaint.ts';
import type { Edits, Findings } from './findings.ts';
import { decodeString, encodeString, unknownEscapes, unquotedLiteral } from './literal.ts';
import { HtmlValue, StringLiteral, UnclosedString } from './tokens.ts';

/** The value a token stands for; undefined, complained of, when it is none of the six kinds of 2.2. */
export function readLiteral(literal: IToken, text: string, findings: Findings): AttributeValue | undefined {
  switch (literal.tokenType) {
    case StringLiteral:
      return readString(literal, findings);
    case UnclosedString:
      return { kind: 'string', text: literal.image.slice(1) };
    case HtmlValue:
      return readHtml(literal, findings);
    default:
      return readUnquoted(literal, text, findings);
  }
}

/** Read leniently, an HTML label says its text without the marks; one that is never closed says nothing. */
function readHtml(literal: IToken, findings: Findings): AttributeValue | undefined {
  if (!literal.image.endsWith('>')) return refuse(literal, complaint.htmlNeverClosed, findings);
  const marked = literal.image.slice(1, -1).replaceAll(/<[^>]*>/g, ' ');
  const text = marked.replaceAll(/\s+/g, ' ').trim();
  return understand(literal, text, complaint.htmlValue, findings);
}

/** The value in quotes, where the reader is lenient. */
function understand(literal: IToken, text: string, what: Complaint, findings: Findings): AttributeValue | undefined {
  refuse(literal, what, findings, [
    { start: literal.startOffset, end: literal.startOffset + literal.image.length, text: encodeString(text) },
  ]);
  return findings.lenient && what.isHabit ? { kind: 'string', text } : undefined;
}

function readString(literal: IToken, findings: Findings): AttributeValue {
  const { text, unknownEscape } = decodeString(literal.image);
  if (unknownEscape) {
    const at = findings.source.positionAt(literal.startOffset + unknownEscape.offset);
    const edits = unknownEscapes(literal.image).map((offset) => literal.startOffset + offset);
    findings.errorAt(
      at,
      complaint.unknownEscape(unknownEscape.escape),
      edits.map((offset) => ({ start: offset, end: offset, text: '\\' })),
    );
  }
  return { kind: 'string', text };
}

function readUnquoted(literal: IToken, text: string, findings: Findings): AttributeValue | undefined {
  const { image } = literal;
  const value = unquotedLiteral(image);
  if (value === undefined) return understand(literal, image, complaint.oddValue(image), findings);
  if (value === 'too_large') return refuse(literal, complaint.tooLarge(image), findings);
  if (value.kind === 'duration' && value.ms < 0) {
    findings.warning('dot_value', literal, complaint.negativeDuration(image));
  }
  if (image.endsWith(':') && text.startsWith('//', literal.startOffset + image.length)) {
    findings.warning('dot_value', literal, complaint.commentInValue(image));
  }
  return value;
}

function refuse(literal: IToken, what: Complaint, findings: Findings, edits: Edits = []): undefined {
  findings.error(literal, what, what.isHabit ? edits : []);
}
