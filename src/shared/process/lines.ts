/** More output than the reader accepts: a flood, never a message. */
export class OutputTooLongError extends Error {
  override readonly name = 'OutputTooLongError';
}

export interface OutputLimits {
  /** Of one line: what is held in memory. */
  readonly lineBytes: number;
  /** Of all lines together: what is read at all. */
  readonly totalBytes: number;
}

const newline = 0x0a;

/**
 * Splits a byte stream into lines without their line ends; a last line without one counts. Splitting
 * happens on bytes, so a character cut by a chunk border is whole again when its line is decoded.
 * @throws OutputTooLongError as soon as a line or all of them have grown above the limits, before they are held in full.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  { lineBytes, totalBytes }: OutputLimits,
): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  let size = 0;
  const add = (part: Uint8Array): void => {
    size += part.length;
    if (size > lineBytes) throw new OutputTooLongError(`a line of it exceeds ${lineBytes} bytes`);
    parts.push(part);
  };
  const take = (): string => {
    const line = Buffer.concat(parts, size).toString('utf8');
    parts = [];
    size = 0;
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  };
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > totalBytes) throw new OutputTooLongError(`it exceeds ${totalBytes} bytes`);
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (size > 0) yield take();
}
