import { examineMachine } from '../../app/doctor.ts';
import type { Finding } from '../../app/finding.ts';
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
      for (const finding of findings) {
        const { subject, detail } = finding;
        printLine(this, `${labelOf(finding)}  ${subject.padEnd(width)}  ${detail}`);
      }
    }
    return healthy ? exitCodes.success : exitCodes.usage;
  });
}

function labelOf({ ok, required, isAmiss = false }: Finding): string {
  if (ok) return 'ok     ';
  if (required) return 'MISSING';
  return isAmiss ? 'amiss  ' : 'absent ';
}
