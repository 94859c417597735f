// The little HTTP that CoreDNS's `health` and `ready` and kube-proxy's health checks speak: the path of a request, and a reply as Go's server writes it. Pure.

const reasons = { 200: 'OK', 404: 'Not Found', 503: 'Service Unavailable' } as const

/** The path of a request's head; undefined for what is none. */
export const requestPath = (head: string): string | undefined => /^[A-Z]+ ([^ ?]+)\S* HTTP\/1\.[01]\r?\n/.exec(head)?.[1]

const notFound = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' }

export interface HttpReply {
  status: keyof typeof reasons
  body: string
  /** what the handler sets, in the order of their names; without a Content-Type the server guesses one */
  headers?: Record<string, string>
}

export function httpReply({ status, body, headers = status === 404 ? notFound : {} }: HttpReply, now: Date): string {
  const lines = [
    `HTTP/1.1 ${status} ${reasons[status]}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Date: ${now.toUTCString()}`,
    `Content-Length: ${body.length}`,
    ...(headers['Content-Type'] ? [] : ['Content-Type: text/plain; charset=utf-8']),
    'Connection: close',
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}
