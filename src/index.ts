/**
 * The library: compile pipelines, run them durably, and bring handlers, backends, rules, transforms
 * and interviewers of your own. Everything public is named here; nothing else is covered by versions.
 */
export {
  compile,
  fork,
  resume,
  run,
  type CompileOptions,
  type ForkOptions,
  type ResumeOptions,
  type Run,
  type RunOptions,
  type TurnName,
} from './library/run.ts';
export { defineBackend, type BackendRequest } from './library/define-backend.ts';
export { defineStep, type StepAnswer } from './library/define-step.ts';
export { defineTool } from './library/define-tool.ts';
export { allAgentIds, detectInstalledAgents } from './app/agents.ts';
export type { Extensions } from './app/extensions.ts';

export { compilationDocument, type CompilationDocument } from './language/compilation-document.ts';
export type { Compilation, SourceFile } from './language/compile.ts';
export type { Attribute, AttributeValue, Attributes, Edge, Graph, Node } from './language/graph/graph.ts';
export {
  durationOf,
  flagOf,
  integerOf,
  listOf,
  numberOf,
  stringAttribute,
  textOf,
  withAttribute,
} from './language/graph/attributes.ts';
export { buildGraph, type GraphParts } from './language/graph/build.ts';
export { finding, placeOf, type Place } from './language/graph/place.ts';
export { printDot } from './language/dot/print-dot.ts';
export type { LintContext, LintRule } from './language/lint/lint-rule.ts';
export type { Transform } from './language/transforms/transform.ts';
export { validate, validateOrRaise } from './language/lint/validate.ts';

export type { Diagnostic, Severity } from './contract/diagnostic.ts';
export type { EventLine } from './contract/event-line.ts';
export type { RunEvent, StepEvent, WalkEvent } from './contract/event.ts';
export type { Outcome, StageStatus, Usage } from './contract/outcome.ts';
export type { Answer, Question, QuestionOption, QuestionType } from './contract/question.ts';
export type { ResultLine } from './contract/result-line.ts';
export type { RunView } from './contract/run-view.ts';

export type { AgentAdapter, AgentEvent, AgentResult, AgentSession, OpenSession } from './engine/ports/agent.ts';
export {
  ToolProblem,
  type Tool,
  type ToolAccess,
  type ToolContext,
  type ToolFileChange,
  type ToolResult,
  type ToolServices,
} from './agents/tools/tool.ts';
export type { ZodTool } from './agents/tools/zod-tool.ts';
export { InterviewerDetached, type Interviewer } from './engine/ports/interviewer.ts';
export type { NodeResult, StepCall, StepHandler, StepServices } from './engine/ports/step.ts';

export { createAutoApproveInterviewer } from './people/auto-approve.ts';
export { createCallbackInterviewer } from './people/callback.ts';
export { createConsoleInterviewer } from './people/console.ts';
export { createQueueInterviewer } from './people/queue.ts';
export { createRecordingInterviewer } from './people/recording.ts';

export { OrchestraError } from './shared/errors.ts';
export type { ErrorCode } from './shared/error-catalogue.ts';
export type { Json, JsonObject } from './shared/json.ts';
