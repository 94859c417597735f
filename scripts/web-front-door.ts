// What every request meets before Next: the Host check, security headers, the learner's cookie, /healthz. Used by scripts/web.ts.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { learnerHeader } from '../app/server/web-services.ts'
import { isOwnRequest, issueCookie, learnerFromCookie } from '../labs/gateway/identity.ts'
import { setSecurityHeaders } from './web-headers.ts'

export interface FrontDoorOptions {
  dev: boolean
  /** names this server is reached by, besides addresses and localhost; lower case */
  ownNames: readonly string[]
  /** Next's handler, once it is ready */
  pages(): ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined
}

export function createFrontDoor({ dev, ownNames, pages }: FrontDoorOptions): RequestListener {
  return (request, response) => {
    setSecurityHeaders(response, dev)
    const handle = pages()
    const { cookie, host } = request.headers
    if (request.url === '/healthz') return say(response, handle ? 200 : 503, handle ? 'ok' : 'starting')
    if (!isOwnRequest({ host }, ownNames)) return say(response, 421, 'Podwire does not go by this name. Use its address, or localhost.')
    if (!handle) return say(response, 503, 'Podwire is starting. Reload in a moment.')
    const learner = learnerFromCookie({ cookie, host, remoteAddress: request.socket.remoteAddress })
    // Pages read it as a header; one that a browser sends is not believed.
    delete request.headers[learnerHeader]
    if (learner) request.headers[learnerHeader] = learner
    else if (request.method === 'GET' && !request.url?.startsWith('/_next/')) response.appendHeader('set-cookie', issueCookie())
    handle(request, response).catch((error: unknown) => {
      process.stderr.write(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}\n`)
      if (!response.headersSent) say(response, 500, 'This page could not be made.')
      else response.destroy()
    })
  }
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }).end(`${text}\n`)
}
