import type { Json } from '../../shared/json.ts';
import type { NodeVisit, RunView, UsageTotals } from '../../contract/run-view.ts';
import { formatDuration } from '../../shared/duration.ts';

/** One run for people, section by section; empty sections are left out. */
export function runViewLines(view: RunView): readonly string[] {
  return [
    `${view.pipeline}  ${view.runId}`,
    `  state    ${view.state}${view.failureReason === undefined ? '' : `: ${view.failureReason}`}`,
    ...(view.goal === '' ? [] : [`  goal     ${view.goal}`]),
    `  started  ${view.startedAt}, ${formatDuration(view.durationMs)}`,
    ...usageLine(view.usage),
    ...section('Nodes', view.nodes.map(visitLine)),
    ...section('Questions', view.questions.map(({ id, text, options }) => `${id}  ${text}  ${options.map(({ key }) => key).join('/')}`)),
    ...section('Waiting for', view.waiting.map(({ for: subject, key, until }) => `${subject} ${key}${until === undefined ? '' : ` until ${until}`}`)),
    ...section('Warnings', view.warnings.map(({ message }) => message)),
    ...section('Context', Object.entries(view.context).map(([key, value]) => `${key} = ${valueText(value)}`)),
    ...section('Artifacts', view.artifacts.map(({ name, bytes }) => `${name}  ${bytes} bytes`)),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function visitLine({ node, scope, visit, attempts, status, durationMs, usage, failureReason }: NodeVisit): string {
  const place = scope === '' ? node : `${scope}/${node}`;
  const parts = [
    status.padEnd(15),
    `${place}#${visit}`.padEnd(32),
    durationMs === undefined ? '' : formatDuration(durationMs),
    attempts > 1 ? `${attempts} attempts` : '',
    usage === undefined ? '' : usageText(usage),
    failureReason ?? '',
  ];
  return parts.filter((part) => part !== '').join('  ').trimEnd();
}

function usageLine(usage: UsageTotals): readonly string[] {
  return usage.inputTokens + usage.outputTokens === 0 ? [] : [`  usage    ${usageText(usage)}`];
}

function usageText({ inputTokens, outputTokens, costUsd }: UsageTotals): string {
  const cost = costUsd === undefined ? '' : `, $${costUsd.toFixed(4)}`;
  return `${inputTokens} in, ${outputTokens} out${cost}`;
}

function valueText(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}
