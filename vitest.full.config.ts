import { defineConfig, mergeConfig } from 'vitest/config';
import everyday from './vitest.config.ts';

/** `npm run test:full`: the same tests at full size (see test/support/size.ts). */
export default mergeConfig(
  everyday,
  defineConfig({ test: { env: { ORCHESTRA_TEST_SIZE: 'full' }, testTimeout: 1_800_000 } }),
);
