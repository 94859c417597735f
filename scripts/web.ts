// The web process: serves Next's pages and the page's socket on one port. Bundled to dist/web.mjs; labs outlive it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import next from 'next'
import { provideWebServices } from '../app/server/web-services.ts'
import { LabError } from '../labs/spec/errors.ts'
import { listen } from './port.ts'
import { parseWebFlags } from './web-flags.ts'
import { setSecurityHeaders } from './web-headers.ts'

process.env.NEXT_TELEMETRY_DISABLED = '1'
provideWebServices({ progress: async () => ({ scenarios: [], running: [] }) })

async function main(): Promise<void> {
  const flags = parseWebFlags(process.argv.slice(2))
  let handle: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined
  const server = createServer((request, response) => {
    setSecurityHeaders(response, flags.dev)
    if (request.url === '/healthz') {
      response
        .writeHead(handle ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
        .end(handle ? 'ok\n' : 'starting\n')
      return
    }
    if (!handle) {
      response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' }).end('Podwire is starting.\n')
      return
    }
    void handle(request, response)
  })
  const port = await listen(server, flags.host, flags.port)
  const app = next({ dev: flags.dev, hostname: flags.host, port, httpServer: server })
  await app.prepare()
  handle = app.getRequestHandler()
  process.stdout.write(`http://${flags.host.includes(':') ? `[${flags.host}]` : flags.host}:${port}\n`)
}

main().catch((error: unknown) => {
  if (error instanceof LabError) process.stderr.write(`${error.message}\n${error.hint ? `→ ${error.hint}\n` : ''}`)
  else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
})
