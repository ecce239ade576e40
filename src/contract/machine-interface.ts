import { z } from 'zod';
import {
  answerDocumentSchema,
  cancelDocumentSchema,
  publishDocumentSchema,
  cleanupDocumentSchema,
  agentsDocumentSchema,
  doctorDocumentSchema,
  importDocumentSchema,
  mirrorDocumentSchema,
  errorLineSchema,
  formatDocumentSchema,
  pruneDocumentSchema,
  initDocumentSchema,
  modelDocumentSchema,
  modelsDocumentSchema,
  modelServersDocumentSchema,
  nodeDocumentSchema,
  pictureDocumentSchema,
  recordDocumentSchema,
  replayDocumentSchema,
  runsDocumentSchema,
  statusDocumentSchema,
  testDocumentSchema,
} from './command-documents.ts';
import { eventLineSchema, jsonSchema } from './event-schema.ts';
import { explanationSchema } from './explanation.ts';
import { runDifferenceSchema } from './run-difference.ts';
import { compilationDocumentSchema, resultLineSchema, runViewSchema } from './run-view-schema.ts';

/** Every document, by the name of its definition. */
const documents = {
  EventLine: eventLineSchema,
  ResultLine: resultLineSchema,
  ErrorLine: errorLineSchema,
  RunView: runViewSchema,
  CompilationDocument: compilationDocumentSchema,
  FormatDocument: formatDocumentSchema,
  NodeDocument: nodeDocumentSchema,
  PictureDocument: pictureDocumentSchema,
  InitDocument: initDocumentSchema,
  StatusDocument: statusDocumentSchema,
  RunsDocument: runsDocumentSchema,
  RecordDocument: recordDocumentSchema,
  ReplayDocument: replayDocumentSchema,
  TestDocument: testDocumentSchema,
  AnswerDocument: answerDocumentSchema,
  CancelDocument: cancelDocumentSchema,
  PublishDocument: publishDocumentSchema,
  CleanupDocument: cleanupDocumentSchema,
  PruneDocument: pruneDocumentSchema,
  AgentsDocument: agentsDocumentSchema,
  ModelServersDocument: modelServersDocumentSchema,
  ModelsDocument: modelsDocumentSchema,
  ModelDocument: modelDocumentSchema,
  MirrorDocument: mirrorDocumentSchema,
  ImportDocument: importDocumentSchema,
  DoctorDocument: doctorDocumentSchema,
  Explanation: explanationSchema,
  RunDifference: runDifferenceSchema,
};

/** Raised when a document loses a member or changes the meaning of one; new members alone do not raise it. */
export const machineInterfaceVersion = 1;

/**
 * The published JSON Schema (2020-12) of everything printed for programs: one definition for each
 * document, any of which a text may be. Objects stay open, so that members added later do not break a
 * reader that validates.
 */
export function machineInterfaceSchema(): z.core.JSONSchema.BaseSchema {
  const names = z.registry<{ id: string }>();
  names.add(jsonSchema, { id: 'Json' });
  for (const [id, schema] of Object.entries(documents)) names.add(schema, { id });
  const anyDocument = z.union(Object.values(documents));
  const { $schema, ...schema } = z.toJSONSchema(anyDocument, { metadata: names, io: 'input', override: simplify });
  return {
    ...($schema !== undefined && { $schema }),
    $id: `urn:orchestra-run:machine-interface:${machineInterfaceVersion}`,
    title: 'What Orchestra prints for programs',
    ...schema,
  };
}

/** Leaves out what says nothing to a reader: the bounds of JavaScript's integers, the pattern behind a format, keys being texts. */
function simplify({ jsonSchema: schema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format !== undefined) delete schema.pattern;
  delete schema.propertyNames;
}
