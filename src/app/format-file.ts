import { formatDot, type Formatting } from '../language/dot/format-dot.ts';
import { OrchestraError } from '../shared/errors.ts';
import { replaceTextFile } from './replace-text-file.ts';
import { readBytes } from './text-file.ts';

export interface FormatFileOptions {
  /** Reads the habits of Graphviz, and writes what they stand for. */
  readonly lenient?: boolean | undefined;
  /** The path diagnostics show, where it is not the one the file is read by. */
  readonly shownPath?: string;
}

export interface FormattedFile extends Formatting {
  /** The file has its canonical text already. */
  readonly isCanonical: boolean;
  /** Writes the canonical text where the file is. @throws OrchestraError FILE_UNWRITABLE */
  write(): Promise<void>;
}

/**
 * The canonical text of a pipeline file. The file is not touched before `write`.
 * @throws OrchestraError FILE_UNREADABLE, also for bytes that are no UTF-8, which could not be written back
 */
export async function formatFile(path: string, options: FormatFileOptions = {}): Promise<FormattedFile> {
  const { lenient = false, shownPath = path } = options;
  const bytes = await readBytes(path, shownPath);
  const source = { path: shownPath, text: decode(bytes, shownPath) };
  const formatting = formatDot(source, { lenient });
  return {
    ...formatting,
    isCanonical: formatting.text === source.text,
    async write() {
      if (formatting.text !== undefined) await replaceTextFile(path, bytes, formatting.text);
    },
  };
}

function decode(bytes: Uint8Array, shownPath: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new OrchestraError('FILE_UNREADABLE', `${shownPath} cannot be read: it is not a text in UTF-8`, {
      cause,
      hint: 'Convert it, for example with `iconv -f latin1 -t utf-8`.',
    });
  }
}
