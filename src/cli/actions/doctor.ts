import { examineMachine } from '../../app/doctor.ts';
import type { DoctorDocument } from '../../contract/command-documents.ts';
import { printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';

export interface DoctorFlags {
  readonly json?: boolean;
}

export async function examine(this: CliContext, flags: DoctorFlags): Promise<void> {
  await guarded(this, flags.json, async () => {
    const findings = await examineMachine(this.cwd, this.env);
    const healthy = findings.every(({ ok, required }) => ok || !required);
    if (flags.json) {
      printJson<DoctorDocument>(this, { ok: healthy, findings: [...findings] });
    } else {
      const width = Math.max(...findings.map(({ subject }) => subject.length));
      for (const { subject, ok, required, detail } of findings) {
        printLine(this, `${ok ? 'ok     ' : required ? 'MISSING' : 'absent '}  ${subject.padEnd(width)}  ${detail}`);
      }
    }
    return healthy ? exitCodes.success : exitCodes.usage;
  });
}
