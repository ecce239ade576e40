import { wrapLanguageModel, type CallWarning } from 'ai';
import type { SdkModel } from './providers/language-model.ts';

/** The model with its warnings taken out and handed to `onWarning`: the AI SDK would print them. */
export function withWarnings(model: SdkModel, onWarning: (text: string) => void): SdkModel {
  return wrapLanguageModel({
    model,
    middleware: {
      specificationVersion: 'v4',
      async wrapStream({ doStream }) {
        const result = await doStream();
        type Part = typeof result.stream extends ReadableStream<infer P> ? P : never;
        const quiet = new TransformStream<Part, Part>({
          transform(part, controller) {
            if (part.type !== 'stream-start') return controller.enqueue(part);
            for (const warning of part.warnings) onWarning(warningText(warning));
            controller.enqueue({ ...part, warnings: [] });
          },
        });
        return { ...result, stream: result.stream.pipeThrough(quiet) };
      },
    },
  });
}

function warningText(warning: CallWarning): string {
  switch (warning.type) {
    case 'unsupported':
      return `${warning.feature} is not supported. ${warning.details ?? ''}`.trim();
    case 'compatibility':
      return warning.details ?? `${warning.feature} is used in another way than asked`;
    case 'deprecated':
      return `${warning.setting} is deprecated. ${warning.message}`;
    case 'other':
      return warning.message;
  }
}
