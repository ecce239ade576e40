import type { Clauses } from './clauses.ts';

/** Attractor 9, "Transforms and Extensibility". */
export const extensions = {
  '9.1': {
    'transform:order': 'Transforms run after reading and before validation.',
    'transform:pure': 'A transform gives a new graph; the one it got is unchanged.',
  },
  '9.2': {
    'transform:goal': "`$goal` in prompts is replaced by the graph's goal.",
    'transform:stylesheet': 'The stylesheet is applied.',
    'transform:preamble': 'The preamble is made when the node runs, from what the run knows then.',
  },
  '9.3': {
    'transform:custom': 'Registered transforms run after the built-in ones, in the order of registration.',
  },
  '9.4': {
    'composition:sub-pipeline': 'A node can run a whole child pipeline and take its outcome.',
    'composition:merge': 'A transform can merge the nodes and edges of another graph.',
  },
  '9.5': {
    'http:endpoints': {
      behaviour: 'The nine endpoints of the section.',
      gap: 'The HTTP server is a later release.',
    },
  },
  '9.6': {
    'event:PipelineStarted': '`PipelineStarted` with name and id opens the stream.',
    'event:PipelineCompleted': '`PipelineCompleted` with duration and artifact count ends a successful run.',
    'event:PipelineFailed': '`PipelineFailed` with error and duration ends a failed run.',
    'event:StageStarted': '`StageStarted` with name and index.',
    'event:StageCompleted': '`StageCompleted` with name, index and duration.',
    'event:StageFailed': '`StageFailed` with name, index, error and whether it is tried again.',
    'event:StageRetrying': '`StageRetrying` with name, index, attempt and delay.',
    'event:ParallelStarted': '`ParallelStarted` with the number of branches.',
    'event:ParallelBranchStarted': '`ParallelBranchStarted` with branch and index.',
    'event:ParallelBranchCompleted': '`ParallelBranchCompleted` with branch, index, duration and success.',
    'event:ParallelCompleted': '`ParallelCompleted` with duration and both counts.',
    'event:InterviewStarted': '`InterviewStarted` with question and stage.',
    'event:InterviewCompleted': '`InterviewCompleted` with question, answer and duration.',
    'event:InterviewTimeout': '`InterviewTimeout` with question, stage and duration.',
    'event:CheckpointSaved': '`CheckpointSaved` with the node just left.',
    'event:observer': 'An observer gets every event; one that throws does not harm the run.',
    'event:stream': 'The same events come as an asynchronous stream.',
    'event:in-branches': 'Stages inside branches emit the same events, with their branch.',
  },
  '9.7': {
    'hook:pre': 'The pre-hook runs before each tool call, with its facts in the environment and as JSON on stdin.',
    'hook:pre-skips': 'A pre-hook that ends with non-zero skips the tool call, and this is recorded.',
    'hook:post': 'The post-hook runs after each tool call, with its result.',
    'hook:post-failure': 'A post-hook that fails is recorded and stops nothing.',
    'hook:unsupported-agent': 'Hooks on an agent that cannot run them are an error before the run, never ignored.',
  },
} as const satisfies Clauses;
