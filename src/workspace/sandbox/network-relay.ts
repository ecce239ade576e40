import { connect, createServer } from 'node:net';

// Runs inside a sandbox without a network: passes connections to a port of its loopback on to the proxy's socket, which
// is outside. Arguments: port, path of the socket. Says `ready` once it listens.
const [port = '', socket = ''] = process.argv.slice(2);

createServer({ allowHalfOpen: true }, (near) => {
  const far = connect({ path: socket, allowHalfOpen: true });
  near.pipe(far).pipe(near);
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
