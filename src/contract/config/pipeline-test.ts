import { z } from 'zod';

const texts = z.union([z.string(), z.array(z.string())]);
const jsonObject = z.record(z.string(), z.json());

/** What a test expects of its run; what is not named is not looked at. */
const expectations = z.strictObject({
  /** How the run comes to rest. */
  status: z.enum(['success', 'fail', 'waiting', 'paused', 'cancelled']).optional(),
  /** What `orchestra run` would exit with. */
  exit_code: z.int().optional(),
  /** Top-level visits from the start to the end, repeats kept. */
  visited: z.array(z.string()).optional(),
  /** Visits that happen in this order, with or without others between them. */
  visited_in_order: z.array(z.string()).optional(),
  /** Nodes that are not executed, in branches neither. */
  not_visited: z.array(z.string()).optional(),
  /** Context values at the end; others may stand beside them. */
  context: jsonObject.optional(),
  /** By node: texts that its newest answer, or its output, contains. */
  outputs: z.record(z.string(), texts).optional(),
  /** A part of the reason why the run failed. */
  failure: z.string().optional(),
  /** The most that the run may cost, in US dollars. */
  max_cost: z.number().nonnegative().optional(),
  /** Rules that compiling the pipeline reports. Errors that are not named fail the test. */
  diagnostics: z.array(z.string()).optional(),
});

/** A file `*.test.yaml`: one pipeline, who answers, and what is expected. Paths are seen from the folder of the file. */
export const pipelineTestSchema = z
  .strictObject({
    /** Said of the test in reports; the path of the file unless given. */
    name: z.string().optional(),
    /** The pipeline file. */
    pipeline: z.string(),
    /** The initial context, as `key=value` of the command line. */
    inputs: jsonObject.optional(),
    /** Stands in the place of the goal that the pipeline names. */
    goal: z.string().optional(),
    /** Answers of nodes, as `orchestra run --script` reads them; or the file they stand in. */
    script: z.union([z.string(), z.record(z.string(), z.array(z.json()))]).optional(),
    /** Answers to questions, in order; or the file they stand in. Without any, a run waits at its first question. */
    answers: texts.optional(),
    /** A recording (`orchestra record`) that answers everything. */
    recorded: z.string().optional(),
    /** `run` (the default): commands of tool nodes are executed. `scripted`: the script answers for them. */
    tools: z.enum(['run', 'scripted']).optional(),
    /** Folder tools work in; an empty one that is removed afterwards unless given. */
    cwd: z.string().optional(),
    /** Seconds after which the run is cancelled and the test has failed; 300 unless given. */
    timeout: z.number().positive().optional(),
    expect: expectations,
  })
  .superRefine((test, context) => {
    for (const key of ['script', 'answers', 'inputs', 'tools', 'cwd'] as const) {
      if (test.recorded === undefined || test[key] === undefined) continue;
      context.addIssue({
        code: 'custom',
        path: [key],
        message: `${key} has no use beside recorded, which answers everything`,
      });
    }
  });

export type PipelineTest = z.infer<typeof pipelineTestSchema>;
export type Expectations = z.infer<typeof expectations>;
