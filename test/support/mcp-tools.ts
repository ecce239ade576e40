import { spawn } from 'node:child_process';
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** A server of the Model Context Protocol with a tool for everything a server may do. */
export function newMcpServer(): McpServer {
  const server = new McpServer({ name: 'everything', version: '1.0.0' });
  const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] });
  const echo = { description: 'Says it again.', inputSchema: z.object({ text: z.string() }) };
  server.registerTool('echo', echo, ({ text: said }) => text(said));
  server.registerTool('dotted.name', echo, ({ text: said }) => text(said));
  server.registerTool('environment', { description: 'Its variables and its folder.' }, () =>
    text(JSON.stringify({ cwd: process.cwd(), env: process.env })),
  );
  server.registerTool('fail', { description: 'Fails.' }, () => ({ ...text('no luck'), isError: true }));
  server.registerTool('throw', { description: 'Throws.' }, () => {
    throw new Error('broken inside');
  });
  server.registerTool('wait', { description: 'Never answers.' }, () => new Promise<never>(() => undefined));
  server.registerTool('die', { description: 'Ends the server.' }, () => {
    process.stderr.write('swordfish-123: going down\n');
    return process.exit(3);
  });
  server.registerTool('spawn', { description: 'Starts another program.' }, () => {
    const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
    return text(String(child.pid));
  });
  server.registerTool('picture', { description: 'A picture, and a word about it.' }, () => ({
    content: [
      { type: 'image', data: 'aGVsbG8=', mimeType: 'image/png' },
      { type: 'text', text: 'a picture' },
      { type: 'resource_link', uri: 'file:///a', name: 'a' },
      { type: 'resource', resource: { uri: 'file:///b', text: 'inside b' } },
    ],
  }));
  server.registerTool(
    'structured',
    { description: 'A value.', outputSchema: z.object({ answer: z.number() }) },
    () => ({ content: [], structuredContent: { answer: 42 } }),
  );
  return server;
}
