import { z } from 'zod';

const host = z
  .string()
  .regex(
    /^(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*(?::\d{1,5})?$/,
    'not a host: write `api.example.com`, `*.example.com` or `example.com:8443`',
  );

const kinds = z.enum(['none', 'bwrap', 'docker']);

const settings = z.strictObject({
  kind: kinds.describe('`bwrap`: namespaces of Linux. `docker`: a container.'),
  network: z
    .enum(['off', 'on'])
    .optional()
    .describe('`off` (the default): nobody can be reached but the hosts in `allow`. `on`: everybody.'),
  allow: z
    .array(host)
    .optional()
    .describe('For `bwrap`: hosts that can be reached by HTTP and HTTPS, through a proxy that lets nothing else pass.'),
  readable: z
    .array(z.string())
    .optional()
    .describe('Files and folders it may also read, such as `~/.cargo`; relative ones lie in the working folder.'),
  writable: z.array(z.string()).optional().describe('Files and folders it may also change, such as `~/.npm`.'),
  hidden: z.array(z.string()).optional().describe('What it shall not see of the above, such as `.env`.'),
  image: z.string().optional().describe('For `docker`: the image, in which the program is installed.'),
  engine: z
    .enum(['docker', 'podman'])
    .optional()
    .describe('For `docker`: the program that runs containers; the first that is installed unless told.'),
});

/** What stands around a program: around an agent (`agents.<name>.sandbox`) or all tool nodes (`tool_nodes.sandbox`). */
export const sandboxSection = z
  .union([kinds.transform((kind): SandboxSection => ({ kind })), settings])
  .describe('What keeps the program apart from the machine.');

/** The settings of a sandbox, as they are after reading. */
export type SandboxSection = z.output<typeof settings>;

const size = z
  .string()
  .regex(/^[1-9]\d*\s*(?:[KMGT]i?B?)$/i, 'not a size: write `512MB` or `4GB`')
  .describe('A size such as `4GB`, in powers of 1024.');

/** What a program may use of the machine (`agents.<name>.limits`, `tool_nodes.limits`). */
export const programLimitsSection = z
  .strictObject({
    memory: size
      .optional()
      .describe('Without a container: what each single process may allocate. In one: all of them together.'),
    cpu_seconds: z.int().positive().optional().describe('Processor time of each single process.'),
    open_files: z.int().positive().optional().describe('Files that each single process may have open.'),
    processes: z
      .int()
      .positive()
      .optional()
      .describe(
        'Processes and threads at once; only inside a sandbox, and not where Orchestra runs as root, but in containers.',
      ),
    cpus: z.number().positive().optional().describe('For containers: processors it may use at a time.'),
  })
  .describe('What the program may use of the machine.');

export type ProgramLimitsSection = z.output<typeof programLimitsSection>;

/** What stands around the commands of tool nodes. */
export const toolNodesSection = z
  .strictObject({ sandbox: sandboxSection.optional(), limits: programLimitsSection.optional() })
  .describe('What stands around the commands of tool nodes.');
