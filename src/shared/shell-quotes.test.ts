import { expect, test } from 'vitest';
import { ShellQuotes } from './shell-quotes.ts';

test.each([
  ['echo ', 'none'],
  ['echo "', 'double'],
  ["echo '", 'single'],
  ['echo "it\'s ', 'double'],
  ['echo \\" ', 'none'],
  ['echo "a" ', 'none'],
  ["echo '\\' ", 'none'],
  ['echo "$(cat ', 'none'],
  ['echo "$(cat "', 'double'],
  ['echo "$(cat "a") ', 'double'],
  ['echo "(', 'double'],
  ['(echo "', 'double'],
  ['echo `cat ', 'none'],
  ['echo "`cat "', 'double'],
])('behind %s a value stands in %s quotes', (text, expected) => {
  const quotes = new ShellQuotes();
  quotes.read(text);
  expect(quotes.open).toBe(expected);
});
