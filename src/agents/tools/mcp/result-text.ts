import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/client';
import { assertNever } from '../../../shared/errors.ts';
import type { ToolResult } from '../tool.ts';

/** What a model is told of a server's answer: its texts; what is no text is named. */
export function resultOf({ content, structuredContent, isError = false }: CallToolResult): ToolResult {
  const texts = content.map(textOf).filter((text) => text !== '');
  if (texts.length > 0) return { text: texts.join('\n'), isError };
  return { text: structuredContent === undefined ? '[no content]' : JSON.stringify(structuredContent), isError };
}

function textOf(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image':
    case 'audio':
      return `[${block.type} ${block.mimeType}, ${block.data.length} characters of base64, not shown]`;
    case 'resource_link':
      return `[resource ${block.uri}: ${block.title ?? block.name}]`;
    case 'resource':
      if ('text' in block.resource) return block.resource.text;
      return `[resource ${block.resource.uri}, ${block.resource.blob.length} characters of base64, not shown]`;
    default:
      return assertNever(block);
  }
}
