import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { newMcpServer } from './mcp-tools.ts';

// An MCP server on its standard streams, for tests. Argument `never`: it ends before it has said a word.
if (process.argv[2] === 'never') {
  process.stderr.write('no configuration found\n');
  process.exit(4);
}
process.stdout.write('a line that is no message\n');
serveStdio(newMcpServer);
