// Upgraded requests: exec, attach and portforward over a websocket. Called by server.ts.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { ApiContext } from '../http/api.ts'
import { authorize } from '../http/authorize.ts'
import { notServed, type User } from '../http/call.ts'
import { podOf } from '../http/logs.ts'
import { parseRoute } from '../http/route.ts'
import { ApiError } from '../store.ts'
import { runInPod } from './exec.ts'
import { forwardPorts } from './port-forward.ts'

export interface UpgradeRequest {
  request: IncomingMessage
  socket: Duplex
  head: Buffer
  url: URL
  user: User
  /** the server is closing */
  closing: AbortSignal
}

const channels = 'v5.channel.k8s.io'
const tunnel = 'SPDY/3.1+portforward.k8s.io'
const chosen = Symbol('subprotocol')
type Negotiated = IncomingMessage & { [chosen]?: string }
const sockets = new WebSocketServer({ noServer: true, maxPayload: 16 << 20, perMessageDeflate: false })
// The tunnel's name has a slash, which ws refuses to parse; so the subprotocol is agreed on here and not by ws.
sockets.on('headers', (headers, request: Negotiated) => void headers.push(`Sec-WebSocket-Protocol: ${request[chosen]}`))

/** Throws ApiError before the upgrade when the request cannot be served; afterwards failures go down the stream. */
export function acceptStream(context: ApiContext, { request, socket, head, url, user, closing }: UpgradeRequest): void {
  const route = parseRoute(url.pathname)
  if (route?.definition.resource !== 'pods' || !route.name) throw notServed()
  authorize({ user, method: 'POST', query: url.searchParams }, url.pathname, route)
  const pod = podOf(context, route)
  const start = startOf(context, route.subresource, pod, url.searchParams)
  const offered = String(request.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((p) => p.trim())
  const wanted = route.subresource === 'portforward' ? tunnel : channels
  if (request.headers.upgrade?.toLowerCase() !== 'websocket' || !offered.includes(wanted)) {
    throw new ApiError(
      400,
      'BadRequest',
      `unable to upgrade: this server streams over websockets with the subprotocol ${wanted} (kubectl 1.31 or later)`,
    )
  }
  const negotiated: Negotiated = request
  negotiated[chosen] = wanted
  delete request.headers['sec-websocket-protocol']
  sockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
    const close = () => webSocket.close(1001)
    closing.addEventListener('abort', close)
    webSocket.on('close', () => closing.removeEventListener('abort', close))
    start(webSocket)
  })
}

function startOf(
  context: ApiContext,
  subresource: string | undefined,
  pod: ReturnType<typeof podOf>,
  query: URLSearchParams,
): (socket: WebSocket) => void {
  switch (subresource) {
    case 'exec':
    case 'attach':
      return runInPod(context.streams, subresource, pod, query)
    case 'portforward':
      return (socket) => forwardPorts(context.streams, pod, socket)
    default:
      throw notServed()
  }
}
