import { parseDuration } from '../../shared/duration.ts';
import type { Attribute, AttributeValue, Attributes } from './graph.ts';
import type { Span } from './span.ts';

/** Anything that carries attributes: a graph, a node, an edge. */
export interface Attributed {
  readonly attributes: Attributes;
}

/** The text of an attribute, or undefined when it is not set. Empty strings count as unset (the defaults of section 2 are `""`). */
export function textOf(owner: Attributed, key: string): string | undefined {
  const text = owner.attributes.get(key)?.value.text;
  return text === undefined || text === '' ? undefined : text;
}

/** The whole number of an attribute, also when it was written as a string; undefined when unset or not a number. */
export function integerOf(owner: Attributed, key: string): number | undefined {
  const text = textOf(owner, key);
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** The number of an attribute, whole or decimal. */
export function numberOf(owner: Attributed, key: string): number | undefined {
  const text = textOf(owner, key);
  return text !== undefined && /^-?(\d+|\d*\.\d+)$/.test(text) ? Number(text) : undefined;
}

/** True only for `true` (or `"true"`). */
export function flagOf(owner: Attributed, key: string): boolean {
  return textOf(owner, key) === 'true';
}

/** Milliseconds of a duration attribute; a bare number counts as seconds, as in `timeout=60`. */
export function durationOf(owner: Attributed, key: string): number | undefined {
  const text = textOf(owner, key);
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  return /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1_000) : undefined;
}

/** Items of a comma-separated attribute, trimmed, empties dropped. */
export function listOf(owner: Attributed, key: string): readonly string[] {
  return (textOf(owner, key) ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

export function stringAttribute(key: string, text: string, origin: Attribute['origin'], span: Span): Attribute {
  return { key, value: { kind: 'string', text }, origin, span };
}

/** A copy of `attributes` in which `attribute` replaces the one of the same key. */
export function withAttribute(attributes: Attributes, attribute: Attribute): Attributes {
  return new Map(attributes).set(attribute.key, attribute);
}

/** The value as plain JSON: numbers and booleans as such, everything else as text. */
export function plainValue(value: AttributeValue): string | number | boolean {
  switch (value.kind) {
    case 'integer':
    case 'float':
      return value.number;
    case 'boolean':
      return value.boolean;
    case 'string':
    case 'bare':
    case 'duration':
      return value.text;
  }
}
