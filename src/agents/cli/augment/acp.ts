import type { AcpProgram } from '../../acp/acp-program.ts';
import { permissionArguments } from './permission-arguments.ts';

/** It asks for nothing but leave to index the working folder; the rules of its command line say what it may do. */
export const augmentAcp: AcpProgram = {
  arguments: ({ model, ...settings }) => [
    '--acp',
    ...(model === undefined ? [] : ['--model', model]),
    ...permissionArguments(settings),
  ],
  environment: () => ({ AUGMENT_DISABLE_AUTO_UPDATE: '1' }),
  takesModelArgument: true,
  notes: /^(?:Augment would like to index|Indexing (?:enabled|disabled|skipped)|Workspace indexing)/,
};
