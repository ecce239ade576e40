import { allowedEnvironment } from '../../shared/process/environment.ts';

/** What git, ssh and gpg need of the user's environment; `GIT_DIR` and its like, which would lead elsewhere, are not in it. */
const userVariables = [
  'EMAIL',
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_COMMITTER_NAME',
  'GIT_COMMITTER_EMAIL',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSH_VARIANT',
  'GIT_SSL_*',
  'GNUPGHOME',
  'GPG_TTY',
  'SSH_AUTH_SOCK',
  'DBUS_SESSION_BUS_ADDRESS',
];

/** English messages, no questions, no editor, and no writing where only reading was asked for. */
const fixedVariables = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  GIT_EDITOR: ':',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_LITERAL_PATHSPECS: '1',
  // Git LFS fetches nothing on checkout then: what is not here stays a pointer.
  GIT_LFS_SKIP_SMUDGE: '1',
};

export const fixedConfig = {
  'i18n.commitEncoding': 'UTF-8',
  // Neither may start something that goes on in the background of a folder that is about to go.
  'core.fsmonitor': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  // An identity made up from the name of the machine is nobody's.
  'user.useConfigOnly': 'true',
};

/** A repository set up for Git LFS on a machine without it: pointers come out and go in as they are. */
export const withoutLfs = {
  'filter.lfs.required': 'false',
  'filter.lfs.process': '',
  'filter.lfs.smudge': '',
  'filter.lfs.clean': '',
};

/** For what is no commit of the user's: their hooks are not asked. */
export const noHooks = { 'core.hooksPath': '/dev/null' } as const;

/** What git sees of the user's environment. */
export function allowedVariables(base: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return allowedEnvironment({ base, allow: userVariables, set: fixedVariables });
}

/** Through the environment: names of settings may hold anything there, and no list of processes shows them. */
export function configVariables(config: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(config);
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(entries.length) };
  for (const [index, [name, value]] of entries.entries()) {
    variables[`GIT_CONFIG_KEY_${index}`] = name;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return variables;
}
