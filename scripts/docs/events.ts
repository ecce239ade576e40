import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { EventType } from '../../src/contract/event.ts';
import { eventSources, type EventLine } from '../../src/contract/event-line.ts';
import { runEventSchema } from '../../src/contract/event-schema.ts';
import { eventMeanings } from './event-meanings.ts';
import { generatedFrom, table } from './markdown.ts';

type Examples = Readonly<Partial<Record<EventType, EventLine>>>;

/** Members that several events share, which are shown once. */
const shared: Readonly<Record<string, string>> = { outcome: 'Outcome', usage: 'Usage', question: 'Question' };

/** docs/reference/events.md: every event with when it comes, its members, and a line of a real run. */
export function eventsPage(): string {
  const examples = JSON.parse(readFileSync('test/fixtures/event-examples.json', 'utf8')) as Examples;
  const schemas = new Map(runEventSchema.options.map((schema) => [schema.shape.type.value, schema]));
  const part = (type: EventType): string => {
    const members = Object.entries(schemas.get(type)?.shape ?? {}).filter(([name]) => name !== 'type');
    const example = examples[type];
    const line = example === undefined ? '' : `\n\n\`\`\`json\n${JSON.stringify(example)}\n\`\`\``;
    return `### ${type}\n\n${eventMeanings[type]}\n\n${members.map(memberText).join(', ')}${line}`;
  };
  const of = (source: 'walk' | 'step'): string =>
    Object.entries(eventSources)
      .flatMap(([type, emitter]) => (emitter === source ? [part(type as EventType)] : []))
      .join('\n\n');
  return `${generatedFrom('src/contract/event-schema.ts, scripts/docs/event-meanings.ts and recorded lines of real runs')}

# Events

Everything that happens in a run is an event, spelled the same in the journal, in \`run --json\`, \`resume --json\` and \`logs --json\`.
A line of JSON has the event's \`type\` and members, and where it stands:

${table(
  ['Member', 'Meaning'],
  [
    ['`seq`', 'Place in the order of commits of the whole journal; other events, of other runs too, lie between.'],
    ['`at`', 'Time in UTC, ISO 8601.'],
    ['`runId`', 'The run it happened in: the one started, or a child of it.'],
    ['`key`', 'Of a step alone: the operation it comes from, for example `fan#1/security/scan#1@2` (visit, attempt).'],
  ],
)}

\`scope\` is empty at the top level, else the path of the branch. Durations are milliseconds, money US dollars. In the place of a text
or value above 64 KB stands a reference, \`{"$blob": hash, "bytes": n}\`. A reader must expect events and members it does not know.

## The walk

${of('walk')}

## Steps

${of('step')}

## Members of several events

${table(
  ['Name', 'Members'],
  Object.entries(shared).map(([member, name]) => [name, memberTextsOf(schemaOfMember(member))]),
)}
`;
}

function memberText([name, schema]: readonly [string, unknown]): string {
  // Every member of a zod object is a zod schema.
  const member = schema as z.ZodType;
  const isOptional = member.safeParse(undefined).success || member instanceof z.ZodExactOptional;
  return `\`${name}${isOptional ? '?' : ''}\`: ${shared[name] ?? typeText(z.toJSONSchema(member, { io: 'input' }))}`;
}

/** The schema of a shared member, from the first event that has it. */
function schemaOfMember(name: string): z.ZodObject {
  for (const { shape } of runEventSchema.options) {
    const member = (shape as Readonly<Record<string, z.ZodType>>)[name];
    const inner = member instanceof z.ZodExactOptional ? member.unwrap() : member;
    if (inner instanceof z.ZodObject) return inner;
  }
  throw new Error(`no event has a member ${name}`);
}

function memberTextsOf({ shape }: z.ZodObject): string {
  return Object.entries(shape).map(memberText).join(', ');
}

function typeText({ type, enum: values, items, anyOf, additionalProperties }: z.core.JSONSchema.BaseSchema): string {
  if (values) return values.map((value) => `\`${String(value)}\``).join(' or ');
  if (type === 'array') return `list of ${typeof items === 'object' && !Array.isArray(items) ? typeText(items) : 'values'}`;
  if (anyOf?.every(({ type: kind }) => kind === 'null' || kind === 'number' || kind === 'string' || kind === 'integer')) {
    return anyOf.map(({ type: kind }) => kind).join(' or ');
  }
  if (type === 'object') return additionalProperties === undefined ? 'object' : 'object of values by key';
  return [type ?? 'any JSON value'].flat().join(' or ');
}
