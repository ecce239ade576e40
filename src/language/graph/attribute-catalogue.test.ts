import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../shared/duration.ts';
import { attributeCatalogue, attributeEntry, type AttributeOwner } from './attribute-catalogue.ts';

/** Appendix A, and the attributes the sections name beside it. */
const specified: Readonly<Record<AttributeOwner, string>> = {
  graph:
    'goal label model_stylesheet default_max_retries default_max_retry default_fidelity retry_target fallback_retry_target ' +
    'stack.child_dotfile stack.child_workdir tool_hooks.pre tool_hooks.post',
  node:
    'label shape type prompt max_retries goal_gate retry_target fallback_retry_target fidelity thread_id class timeout ' +
    'llm_model llm_provider reasoning_effort auto_status allow_partial join_policy max_parallel tool_command ' +
    'human.default_choice manager.poll_interval manager.max_cycles manager.stop_condition manager.actions ' +
    'stack.child_autostart tool_hooks.pre tool_hooks.post',
  edge: 'label condition weight fidelity thread_id loop_restart',
};

describe('the attribute catalogue', () => {
  test.each(Object.entries(specified))('knows every %s attribute of the specification, as such', (owner, keys) => {
    for (const key of keys.split(' ')) {
      const section = attributeEntry(owner as AttributeOwner, key)?.section;
      expect({ key, section }).toEqual({ key, section: expect.stringMatching(/^\d/) });
    }
  });

  test('names no attribute twice', () => {
    const names = attributeCatalogue.map(({ on, key }) => `${on} ${key}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test('enums list their values, and every default is one of them', () => {
    for (const { kind, values, default: byDefault, key } of attributeCatalogue) {
      if (kind !== 'enum') continue;
      expect({ key, values }).toEqual({ key, values: expect.arrayContaining([expect.any(String)]) });
      if (byDefault !== undefined && !byDefault.includes(' ')) expect(values).toContain(byDefault);
    }
  });

  test('defaults written as durations are durations', () => {
    expect(parseDuration(attributeEntry('node', 'manager.poll_interval')?.default ?? '')).toBe(45_000);
  });

  test('every description is one sentence or more, ending with a full stop', () => {
    for (const { description } of attributeCatalogue) expect(description).toMatch(/^[A-Z].*\.$/);
  });

  test('an attribute belongs to its owner', () => {
    expect(attributeEntry('graph', 'max_visits')).toBeUndefined();
    expect(attributeEntry('edge', '__proto__')).toBeUndefined();
  });
});
