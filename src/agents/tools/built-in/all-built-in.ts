import type { Tool } from '../tool.ts';
import { editFileTool } from './edit-file.ts';
import { gitDiffTool } from './git-diff.ts';
import { listFilesTool } from './list-files.ts';
import { readFileTool } from './read-file.ts';
import { searchCodeTool } from './search-code.ts';
import { shellTool } from './shell.ts';
import { writeFileTool } from './write-file.ts';

/** The tools every session of a model of ours has, as far as its permissions go. */
export const builtInTools: readonly Tool[] = [
  readFileTool,
  writeFileTool,
  editFileTool,
  searchCodeTool,
  listFilesTool,
  gitDiffTool,
  shellTool,
];
