import { once } from 'node:events';
import { connect, createServer, type ListenOptions, type NetConnectOpts, type Server } from 'node:net';

/** Carries connections from one place to another. A Unix socket is a door out of the namespace: the file system has no such walls. */
export async function relay(from: ListenOptions, to: NetConnectOpts): Promise<Server> {
  const server = createServer((near) => {
    const far = connect(to);
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  server.listen(from);
  await once(server, 'listening');
  return server;
}
