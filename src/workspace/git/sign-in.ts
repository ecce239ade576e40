import { percentDecoded } from '../percent-decoded.ts';

/** An address apart from the name and password in it. */
export interface SignIn {
  /** Without them: it may be shown, recorded, and stand in lists of processes. */
  readonly address: string;
  /** What lets git sign in there all the same: settings and variables of one call. */
  readonly config: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Takes name and password out of an address of http. Git would pass the address on to programs of its own as it is, and
 * write it down in a clone. Other addresses stay as they are: their names are no secrets, and nobody takes a password there.
 */
export function signInOf(remote: string): SignIn {
  const url = /^https?:\/\//i.test(remote) ? URL.parse(remote) : null;
  if (!url || (url.username === '' && url.password === '')) return { address: remote, config: {}, env: {} };
  // Cut out of the text: a URL written anew may differ in more than that.
  const address = remote.replace(/^(https?:\/\/)[^/?#]*@/i, '$1');
  const name = percentDecoded(url.username);
  if (!hasPassword(remote)) return { address, config: { [`credential.${url.origin}.username`]: name }, env: {} };
  return {
    address,
    // Nobody else is asked then, as git itself does with a password in an address.
    config: { 'credential.helper': '', [`credential.${url.origin}.helper`]: helper },
    env: { ORCHESTRA_GIT_USERNAME: name, ORCHESTRA_GIT_PASSWORD: percentDecoded(url.password) },
  };
}

/** Also an empty one. */
function hasPassword(remote: string): boolean {
  return /^https?:\/\/[^/?#]*:[^/?#]*@/i.test(remote);
}

/** Git runs it in a shell, asks it to `get`, and tells it later whether that was right. */
const helper =
  '!f() { test "$1" != get || printf "username=%s\\npassword=%s\\n" "$ORCHESTRA_GIT_USERNAME" "$ORCHESTRA_GIT_PASSWORD"; }; f';
