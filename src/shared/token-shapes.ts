/**
 * The known shapes of credentials, as data: a shape is a sequence of parts, from which both the
 * pattern of a whole token and the pattern of a token cut off at the end of a chunk are made.
 */
export interface TokenShape {
  readonly name: string;
  readonly parts: readonly [Opening, ...Part[]];
  /** Also found inside a longer word. Only for openings that nothing else has. */
  readonly anywhere?: true;
}

/** One of these texts. `shown` parts are context, such as `Bearer `, and stay readable. */
interface Opening {
  readonly text: readonly string[];
  readonly shown?: true;
}

export type Part =
  | Opening
  /** A run of characters of a class (the inside of `[...]`). */
  | { readonly run: string; readonly min: number; readonly max?: number; readonly shown?: true }
  /** Everything up to and including a closing text; where that is missing, up to the end of the quotation this stands in. */
  | { readonly until: string; readonly shown?: undefined };

const quotes = String.raw`"'\x60`;
const alphanumeric = 'A-Za-z0-9';
const urlSafe = 'A-Za-z0-9_-';
const blanks = { run: ' \\t', min: 1, max: 8, shown: true } as const;

/** At one position the first shape that fits wins: the more particular stand first. */
export const tokenShapes: readonly TokenShape[] = [
  {
    // Header lines may come before the first line of the key. A text that only speaks of such keys has no such line.
    name: 'private-key',
    anywhere: true,
    parts: [
      { text: ['-----BEGIN '] },
      { run: 'A-Z0-9 ', min: 0, max: 40 },
      { text: ['PRIVATE KEY'] },
      { run: 'A-Z ', min: 0, max: 10 },
      { text: ['-----'] },
      { run: `^${quotes}`, min: 0, max: 400 },
      { run: 'A-Za-z0-9+/=', min: 32 },
      { until: '-----END ' },
      { run: 'A-Z0-9 ', min: 0, max: 60 },
      { run: '-', min: 0, max: 5 },
    ],
  },
  shape('github-token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], alphanumeric, 36, 'anywhere'),
  shape('github-token', ['github_pat_'], 'A-Za-z0-9_', 22, 'anywhere'),
  shape('gitlab-token', ['glpat-'], urlSafe, 20, 'anywhere'),
  shape('anthropic-key', ['sk-ant-'], urlSafe, 20, 'anywhere'),
  shape('openrouter-key', ['sk-or-v1-'], 'a-f0-9', 32, 'anywhere'),
  shape('openai-key', ['sk-proj-', 'sk-svcacct-', 'sk-admin-'], urlSafe, 20, 'anywhere'),
  shape('openai-key', ['sk-'], alphanumeric, 32),
  shape('aws-access-key', ['AKIA', 'ASIA', 'ABIA', 'ACCA'], 'A-Z0-9', 16),
  {
    name: 'aws-secret-key',
    anywhere: true,
    parts: [
      { text: ['aws_secret_access_key', 'AWS_SECRET_ACCESS_KEY', 'SecretAccessKey', 'secretAccessKey'], shown: true },
      { run: ' \\t"\'\\\\:=', min: 1, max: 12, shown: true },
      { run: 'A-Za-z0-9/+=', min: 40 },
    ],
  },
  shape(
    'slack-token',
    ['xoxa-', 'xoxb-', 'xoxc-', 'xoxd-', 'xoxe-', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-'],
    'A-Za-z0-9%-',
    10,
  ),
  {
    name: 'slack-webhook',
    anywhere: true,
    parts: [
      { text: ['hooks.slack.com/services/'], shown: true },
      { run: 'A-Za-z0-9/', min: 20 },
    ],
  },
  shape('google-key', ['AIza'], urlSafe, 35),
  shape('google-token', ['GOCSPX-', 'ya29.'], urlSafe, 20),
  shape('npm-token', ['npm_'], alphanumeric, 36),
  shape('huggingface-token', ['hf_'], alphanumeric, 34),
  shape('stripe-key', ['sk_live_', 'rk_live_', 'sk_test_', 'rk_test_'], alphanumeric, 20),
  {
    name: 'jwt',
    parts: [
      { text: ['eyJ'] },
      { run: urlSafe, min: 8 },
      { text: ['.eyJ'] },
      { run: urlSafe, min: 8 },
      { text: ['.'] },
      { run: urlSafe, min: 0 },
    ],
  },
  {
    name: 'bearer-token',
    parts: [
      { text: ['Bearer', 'bearer', 'BEARER'], shown: true },
      blanks,
      { run: 'A-Za-z0-9._~+/-', min: 20 },
      { run: '=', min: 0 },
    ],
  },
  {
    name: 'basic-credentials',
    parts: [
      { text: ['Authorization', 'authorization', 'AUTHORIZATION'], shown: true },
      { run: ' \\t"\'\\\\:=', min: 1, max: 12, shown: true },
      { text: ['Basic', 'basic'], shown: true },
      blanks,
      { run: 'A-Za-z0-9+/', min: 8 },
      { run: '=', min: 0 },
    ],
  },
  {
    name: 'url-password',
    anywhere: true,
    parts: [
      { text: ['://'], shown: true },
      { run: '^\\s/:@"\'<>', min: 0, max: 256, shown: true },
      { text: [':'], shown: true },
      { run: '^\\s/@"\'<>', min: 1, max: 1024 },
      { text: ['@'], shown: true },
    ],
  },
];

function shape(name: string, openings: readonly string[], run: string, min: number, anywhere?: 'anywhere'): TokenShape {
  const parts: TokenShape['parts'] = [{ text: openings }, { run, min }];
  return anywhere === undefined ? { name, parts } : { name, parts, anywhere: true };
}

/** Before a token stands no letter or digit, except those of an escape: `\n`, `%20`, `\u0022`. */
const wordStart = String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt]|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}))`;

/** Characters before a token that `wordStart` looks at. */
export const lookBehindLength = 6;

/** A pattern of any whole token. Group `i` is defined when `shapes[i]` was found. */
export function wholePattern(shapes: readonly TokenShape[]): RegExp {
  return new RegExp(shapes.map((each) => `(${start(each)}${each.parts.map(whole).join('')})`).join('|'), 'g');
}

/** A pattern of a text that ends where a token may have begun or may go on. */
export function cutOffPattern(shapes: readonly TokenShape[]): RegExp {
  return new RegExp(shapes.map((each) => mayBegin(each) + start(each) + cutOff(each.parts)).join('|'), 'g');
}

/** Tells by one character where a token does not begin: its beginning may be empty, so it would be tried everywhere. */
function mayBegin({ parts: [{ text }] }: TokenShape): string {
  return `(?=[${[...new Set(text.map((opening) => opening.charAt(0)))].map(escapePattern).join('')}])`;
}

/** The token without its secret parts: shown parts stay, each stretch of others becomes `placeholder`. */
export function withoutSecret(token: string, { parts }: TokenShape, placeholder: string): string {
  if (!parts.some((part) => part.shown)) return placeholder;
  const groups = new RegExp(`^${parts.map((part) => `(${whole(part)})`).join('')}$`).exec(token) ?? [];
  return parts
    .map((part, index) => (part.shown ? groups[index + 1] : parts[index - 1]?.shown ? placeholder : ''))
    .join('');
}

function start({ anywhere }: TokenShape): string {
  return anywhere ? '' : wordStart;
}

function whole(part: Part): string {
  if ('text' in part) return `(?:${part.text.map(escapePattern).join('|')})`;
  if ('run' in part) return `[${part.run}]{${part.min},${part.max ?? ''}}`;
  return `${upTo(part.until)}(?:${part.until})?`;
}

/** Ends within the first of `parts`, or holds it whole and ends within the rest. */
function cutOff([part, ...rest]: readonly Part[]): string {
  if (part === undefined) return '(?!)';
  const complete = 'until' in part ? upTo(part.until) + part.until : whole(part);
  return `(?:${beginning(part)}$|${complete}${cutOff(rest)})`;
}

function beginning(part: Part): string {
  if ('text' in part) return `(?:${part.text.map(beginningOfText).join('|')})`;
  if ('run' in part) return `[${part.run}]{0,${part.max ?? ''}}`;
  return String.raw`${upTo(part.until)}\\*`;
}

/** No quotes, and of escapes only line ends: a JSON text from which this is taken out is still one. */
function upTo(end: string): string {
  return String.raw`(?:(?!${end})[^${quotes}\\]|\\+[nr])*`;
}

function beginningOfText(text: string): string {
  return [...text].reduceRight((rest, character) => `(?:${escapePattern(character)}${rest})?`, '');
}

export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
