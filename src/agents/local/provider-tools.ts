import type { Provider } from '../llm/providers/provider.ts';
import type { Toolbox } from '../tools/tool.ts';
import { adviceOnly } from './advice-only.ts';
import type { GuardedToolbox, SessionPlace } from './guarded-toolbox.ts';
import { guardedWrites } from './guarded-writes.ts';

/**
 * What models of a provider may do with a toolbox: all of it, or, where they are local, look around, unless their writes
 * are allowed under conditions.
 * @throws OrchestraError LOCAL_WRITES_REFUSED
 */
export async function providerTools(
  toolbox: Toolbox,
  provider: Provider,
  place: SessionPlace,
): Promise<GuardedToolbox> {
  const { isLocal, localWrites, name } = provider;
  if (!isLocal) return unconditional(toolbox);
  if (!localWrites) return unconditional(adviceOnly(toolbox, name));
  return guardedWrites(toolbox, provider, localWrites, place);
}

function unconditional(toolbox: Toolbox): GuardedToolbox {
  return { toolbox, verify: async () => undefined };
}
