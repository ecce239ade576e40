import { open, readlink } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, resolve } from 'node:path';
import { findProgram } from '../../shared/process/find-program.ts';
import { kindOf, realPathOf } from './paths.ts';

/**
 * What must be seen for a program to start: the folder it is found in, those its links lead through to where it really
 * lies (with the packages beside it), and the same of the interpreter in its first line. Empty where it is not found.
 */
export async function programFolders(command: string, path: string): Promise<readonly string[]> {
  const found = await findProgram(command, path);
  if (!found || found.problem !== undefined) return [];
  const steps = await linkSteps(found.path);
  const interpreter = await interpreterOf(found.path);
  const more = interpreter === undefined || interpreter === command ? [] : await programFolders(interpreter, path);
  return [...steps.map(packageFolder), ...more];
}

/** As many links in a row as the kernel follows. */
const mostLinks = 40;

/**
 * A path, those that it links to one after the other, and where it really lies. Inside, folders on the way that are links
 * here are plain folders, so `..` in a link is taken word by word.
 */
async function linkSteps(path: string): Promise<readonly string[]> {
  const steps = [path];
  for (let step = path; steps.length < mostLinks && (await kindOf(step)) === 'link'; steps.push(step))
    step = resolve(dirname(step), await readlink(step));
  return [...steps, await realPathOf(path)];
}

/** The folders of a PATH, without those that depend on where one is. */
export function foldersOfPath(path: string): readonly string[] {
  return path.split(delimiter).filter((entry) => isAbsolute(entry));
}

/** Packages of JavaScript find others beside them, up to the outermost `node_modules`. */
function packageFolder(program: string): string {
  return /^.*?\/node_modules(?=\/)/.exec(program)?.[0] ?? dirname(program);
}

/** Longer first lines are cut off by the kernel, too. */
const firstLineBytes = 256;

/** `#!/usr/bin/env node` and `#!/bin/sh` name `node` and `/bin/sh`. */
async function interpreterOf(program: string): Promise<string | undefined> {
  const file = await open(program);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(firstLineBytes), 0, firstLineBytes, 0);
    const words = /^#!\s*(.*)/.exec(buffer.toString('latin1', 0, bytesRead))?.[1]?.split(/\s+/) ?? [];
    const [first, ...rest] = words;
    return first?.endsWith('/env') ? rest.find((word) => !word.startsWith('-') && !word.includes('=')) : first;
  } finally {
    await file.close();
  }
}
