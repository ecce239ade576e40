import type { AcpProgram } from '../../acp/acp-program.ts';
import { permissionRules } from './permission-rules.ts';

/**
 * Of opencode or of a fork of it. It is told by rules what it may do, as on its command line: a question that is answered with no
 * would end its turn, a denial is told to the model.
 * @param prefix what the names of its environment variables begin with
 */
export function opencodeAcp(prefix: 'OPENCODE' | 'KILO'): AcpProgram {
  return {
    arguments: () => ['acp'],
    environment: (settings) => {
      const rules = permissionRules(settings) ?? { '*': 'allow' };
      return { [`${prefix}_DISABLE_AUTOUPDATE`]: '1', [`${prefix}_PERMISSION`]: JSON.stringify(rules) };
    },
    // Of the last request alone.
    reportsUsage: false,
  };
}
