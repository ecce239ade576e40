/**
 * Sets the clock of a real process: loaded by Node.js before anything else (`--import`), it moves the time
 * of day by what the file of that name says, in milliseconds, from the moment it says so. The steady clock
 * and the timers of the system go on as they do when somebody sets the clock of a machine.
 */
export const settableClock = (file: string): string =>
  `--import=data:text/javascript,${encodeURIComponent(`
    import { readFileSync } from 'node:fs';
    const real = Date.now;
    const shift = () => { try { return Number(readFileSync(${JSON.stringify(file)}, 'utf8')); } catch { return 0; } };
    const RealDate = Date;
    RealDate.now = () => real() + shift();
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, values) => (values.length === 0 ? new target(RealDate.now()) : new target(...values)),
    });
  `)}`;
