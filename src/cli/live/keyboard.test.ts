import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { ReadStream } from 'node:tty';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Keyboard } from './keyboard.ts';

const control = { c: '\u0003', d: '\u0004', z: '\u001A', left: '\u001B[D', backspace: '\u007F' } as const;

/** A held keyboard, what came from it, and whether the terminal still shows what is typed. */
function held() {
  const terminal = { isRaw: false };
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode(isRaw: boolean) {
      terminal.isRaw = isRaw;
    },
  });
  const came: string[] = [];
  // It has all of a terminal that a keyboard needs.
  const keyboard = new Keyboard(input as unknown as ReadStream, {
    typed: () => came.push('typed'),
    entered: (line) => came.push(`entered ${line}`),
    ended: () => came.push('ended'),
    interrupted: () => came.push('interrupted'),
    suspended: () => came.push('suspended'),
  });
  keyboard.hold();
  onTestFinished(() => keyboard.release());
  const type = async (keys: string): Promise<void> => {
    input.write(keys);
    await setImmediate();
  };
  return { keyboard, terminal, type, input, came: () => came.filter((one) => one !== 'typed') };
}

describe('the keyboard', () => {
  test('edits a line and gives it when it is complete', async () => {
    const { keyboard, type, came } = held();
    await type(`Yas${control.left}${control.left}${control.backspace}`);
    expect([keyboard.text, keyboard.cursor]).toEqual(['as', 0]);
    await type('設\r');
    expect(came()).toEqual(['entered 設as']);
    expect(keyboard.text).toBe('');
  });

  test('forgets what was typed when told to', async () => {
    const { keyboard, type, came } = held();
    await type(`early${control.left}`);
    keyboard.clear();
    await type('Y\r');
    expect(came()).toEqual(['entered Y']);
  });

  test('passes on what the terminal would have done on Ctrl-C and Ctrl-Z', async () => {
    const { type, came } = held();
    await type(control.c);
    await type(control.z);
    await type(control.c);
    expect(came()).toEqual(['interrupted', 'suspended', 'interrupted']);
  });

  test('goes on being held after Ctrl-D, and until it is released', async () => {
    const { keyboard, terminal, type, came } = held();
    expect(terminal.isRaw).toBe(true);
    await type(control.d);
    expect(came()).toEqual(['ended']);
    expect(terminal.isRaw).toBe(true);
    await type(control.c);
    expect(came()).toEqual(['ended', 'interrupted']);
    keyboard.release();
    expect(terminal.isRaw).toBe(false);
    await type('x\r');
    expect(came()).toEqual(['ended', 'interrupted']);
  });

  test('ends when the terminal goes away', async () => {
    const { input, terminal, came } = held();
    input.end();
    await setImmediate();
    expect(came()).toEqual(['ended']);
    expect(terminal.isRaw).toBe(false);
  });
});
