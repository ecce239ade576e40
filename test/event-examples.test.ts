import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { eventSources } from '../src/contract/event-line.ts';
import { eventLineSchema } from '../src/contract/event-schema.ts';
import { eventsPage } from '../scripts/docs/events.ts';
import { verifies } from './support/verifies.ts';

const examples = JSON.parse(readFileSync('test/fixtures/event-examples.json', 'utf8')) as Readonly<
  Record<string, unknown>
>;

/** What no run of test/e2e/event-examples.test.ts comes to: they take a model of a provider, or one that is busy, or a host of repositories. */
const withoutExample = [
  'AgentMessage',
  'AgentRetrying',
  'AgentFallback',
  'AgentLimitReached',
  'AgentQueued',
  'AgentCircuitChanged',
  'ChangeRequestOpened',
];

verifies('machine:events-documented', 'every event stands on the page of events, with an example that is one', () => {
  const page = eventsPage();
  for (const type of Object.keys(eventSources)) expect(page).toContain(`\n### ${type}\n`);
  expect(Object.keys(eventSources).filter((type) => !(type in examples))).toEqual(withoutExample);
  for (const [type, line] of Object.entries(examples)) {
    expect(line).toMatchObject({ type });
    expect(eventLineSchema.parse(line)).toEqual(line);
  }
});
