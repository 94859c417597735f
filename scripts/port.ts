// Binds a server to a port, and finds a free one to suggest when it is taken. Used by scripts/web.ts.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LabError } from '../labs/spec/errors.ts'

/** Resolves with the port bound. Throws LabError `bad-request`: the port is taken (hint: a free one) or the address is not ours. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  try {
    await bind(server, host, port)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EADDRINUSE') {
      throw new LabError('bad-request', `port ${port} is taken`, {
        hint: `Stop what uses it, or run: npm start -- --port ${await freePort(host, port)}`,
        cause: error,
      })
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new LabError('bad-request', `${host} is not an address of this machine`, {
        hint: 'Use 127.0.0.1, or 0.0.0.0 for every address.',
        cause: error,
      })
    }
    if (code === 'EACCES')
      throw new LabError('bad-request', `port ${port} needs more rights`, { hint: 'Use a port from 1024 up.', cause: error })
    throw error
  }
  return (server.address() as AddressInfo).port
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** The next free port after one that is taken. */
async function freePort(host: string, after: number): Promise<number> {
  for (const port of [1, 2, 3, 4, 5, 6, 7, 8]
    .map((n) => after + n)
    .filter((n) => n <= 65535)
    .concat(0)) {
    const probe = createServer()
    try {
      await bind(probe, host, port)
      return (probe.address() as AddressInfo).port
    } catch {
      // taken as well: the next one
    } finally {
      probe.close()
    }
  }
  return 0
}
