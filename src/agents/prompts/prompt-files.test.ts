import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPromptFile } from './find-prompt-file.ts';
import { parsePromptFile } from './parse-prompt-file.ts';

describe('a prompt file', () => {
  test.each([
    ['r.yaml', 'content: |\n  You review.\n', 'You review.'],
    ['r.yaml', 'role: { name: reviewer, system: You review. }', 'You review.'],
    ['r.yml', 'role:\n  name: reviewer\n  content: You review.', 'You review.'],
    ['r.yaml', 'role: You review.', 'You review.'],
    ['r.md', '# Reviewer\n\ncontent: {{ goal }}\n', '# Reviewer\n\ncontent: {{ goal }}'],
  ])('has its text in any of its forms: %s %j', (path, text, prompt) => {
    expect(parsePromptFile(path, text, 'role')).toEqual({ text: prompt });
  });

  test.each([
    ['r.yaml', 'content: [', 'Flow sequence'],
    ['r.yaml', 'persona: Kind.', 'neither `content:` nor `role:`'],
    ['r.yaml', 'content: ""', 'it is empty'],
    ['r.md', ' \n', 'it is empty'],
    ['r.yaml', 'just words', 'neither'],
  ])('that has none says why: %s %j', (path, text, problem) => {
    expect(parsePromptFile(path, text, 'role')).toEqual({ problem: expect.stringContaining(problem) });
  });
});

describe('a name of a prompt file', () => {
  function folderWith(...files: readonly string[]): string {
    const folder = mkdtempSync(join(tmpdir(), 'orchestra-prompts-'));
    for (const file of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), 'content: x');
    }
    return folder;
  }

  test('means the file of the first folder that has it', () => {
    const [near, far] = [folderWith('roles/critic.yaml'), folderWith('roles/critic.yaml', 'roles/author.yaml')];
    expect(findPromptFile('roles/critic.yaml', 'role', [near, far])).toBe(join(near, 'roles/critic.yaml'));
    expect(findPromptFile('roles/author.yaml', 'role', [near, far])).toBe(join(far, 'roles/author.yaml'));
    expect(findPromptFile('roles/nobody.yaml', 'role', [near, far])).toBeUndefined();
  });

  test('may leave out its ending and the folder of its layer', () => {
    const folder = folderWith('roles/critic.yaml', 'personalities/kind.md');
    expect(findPromptFile('critic', 'role', [folder])).toBe(join(folder, 'roles/critic.yaml'));
    expect(findPromptFile('kind', 'personality', [folder])).toBe(join(folder, 'personalities/kind.md'));
    expect(findPromptFile('critic', 'task', [folder])).toBeUndefined();
  });
});
