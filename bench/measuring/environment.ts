/** The environment of everything that is measured: nothing of the user's that could change how it runs. */
export function cleanEnvironment(): Record<string, string> {
  const { PATH = '/usr/bin:/bin', TMPDIR = '/tmp' } = process.env;
  return { PATH, TMPDIR, HOME: TMPDIR, LANG: 'C.UTF-8', TZ: 'UTC', NODE_NO_WARNINGS: '1' };
}
