import { endGroup, type GroupTarget } from './end-group.ts';

// Started by a guardian whose parent has died; argument: the target as JSON. Nobody reads the output.
const target = JSON.parse(process.argv[2] ?? '') as GroupTarget;
await endGroup(target, { graceMs: 1_000 });
