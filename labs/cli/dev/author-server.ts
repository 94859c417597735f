// Serves the author's drawer to a browser of this machine: the page, its events, and what its buttons ask. Used by commands/scenario-dev.ts.
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { LabError, toErrorBody } from '../../spec/errors.ts'
import type { AuthorLab } from './author-lab.ts'
import { authorPage } from './author-page.ts'

const maxBody = 64 * 1024
const action = z.object({ action: z.string() })
const command = z.object({ place: z.string(), command: z.string() })

export interface AuthorServer {
  address: string
  close(): Promise<void>
}

/** Listens on 127.0.0.1 only. Throws bad-request when the port is taken. */
export async function serveAuthor(lab: AuthorLab, port: number): Promise<AuthorServer> {
  const nonce = randomBytes(16).toString('base64')
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => say(response, error instanceof LabError ? 400 : 500, { error: toErrorBody(error) }))
  })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOwn(request)) return say(response, 421, { error: 'Use the address that podwire printed.' })
    const asked = `${request.method} ${request.url}`
    if (asked === 'GET /') {
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'; connect-src 'self'; frame-ancestors 'none'`,
      })
      response.end(authorPage(nonce))
    } else if (asked === 'GET /events') follow(response)
    else if (asked === 'POST /act') {
      await lab.act(action.parse(await readJson(request)).action)
      say(response, 200, {})
    } else if (asked === 'POST /run') {
      const wanted = command.parse(await readJson(request))
      say(response, 200, await lab.run(wanted.place, wanted.command))
    } else say(response, 404, { error: 'There is nothing here.' })
  }

  /** Another site's page can neither read nor ask: it cannot have our Host name as its own, nor send JSON. */
  function isOwn({ headers, method }: IncomingMessage): boolean {
    const names = [`127.0.0.1:${boundPort()}`, `localhost:${boundPort()}`]
    const isFromUs = !headers.origin || names.some((name) => headers.origin === `http://${name}`)
    return names.includes(headers.host ?? '') && isFromUs && (method === 'GET' || headers['content-type'] === 'application/json')
  }
  function follow(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const send = () => response.write(`data: ${JSON.stringify(lab.view())}\n\n`)
    send()
    response.on('close', lab.onChange(send))
  }
  const boundPort = () => {
    const bound = server.address()
    return typeof bound === 'object' ? bound?.port : undefined
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new LabError('bad-request', `Port ${port} cannot be used: ${error.message}`, { hint: 'Say --port with another.', cause: error }),
      ),
    )
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    address: `http://localhost:${boundPort()}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function say(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return void response.end()
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) {
    text += chunk
    if (text.length > maxBody) throw new LabError('bad-request', 'That is too long.')
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new LabError('bad-request', 'That is not JSON.', { cause: error })
  }
}
