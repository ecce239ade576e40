import { walkHandlers } from '../engine/handlers/walk-handlers.ts';
import type { Tool } from '../agents/tools/tool.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import type { Interviewer } from '../engine/ports/interviewer.ts';
import type { StepHandler } from '../engine/ports/step.ts';
import type { LintRule } from '../language/lint/lint-rule.ts';
import type { Transform } from '../language/transforms/transform.ts';
import { OrchestraError } from '../shared/errors.ts';

/** What a program using the library adds to, or puts in place of, what Orchestra brings. */
export interface Extensions {
  /** Step handlers by node type; a known step type (`codergen`, `tool`) is replaced, one of the walk is refused (4.2, 4.12). */
  readonly handlers?: Readonly<Record<string, StepHandler>>;
  /** Backends of codergen nodes by name (4.5). */
  readonly backends?: Readonly<Record<string, AgentAdapter>>;
  /** Tools for models that work here, beside the built-in ones; one with the same name takes the place of a built-in one. */
  readonly tools?: readonly Tool[];
  /** Lint rules run after the built-in ones (7.4). */
  readonly rules?: readonly LintRule[];
  /** Transforms run after the built-in ones, in order (9.3). */
  readonly transforms?: readonly Transform[];
  /** Answers the questions of every run (6.1). */
  readonly interviewer?: Interviewer;
}

/**
 * Node types that have a handler of the user's own.
 * @throws OrchestraError EXTENSION_INVALID for a type whose handler is part of the walk
 */
export function customTypesOf(extensions: Extensions): ReadonlySet<string> {
  const types = Object.keys(extensions.handlers ?? {});
  const fixed = types.find((type) => walkHandlers.has(type));
  if (fixed !== undefined)
    throw new OrchestraError('EXTENSION_INVALID', `the handler of ${fixed} nodes cannot be replaced`);
  return new Set(types);
}
