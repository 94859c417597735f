// The little HTTP that `health` and `ready` speak: the path of a request, and a reply as Go's server writes it. Pure.

const reasons = { 200: 'OK', 404: 'Not Found', 503: 'Service Unavailable' } as const

/** The path of a request's head; undefined for what is none. */
export const requestPath = (head: string): string | undefined => /^[A-Z]+ ([^ ?]+)\S* HTTP\/1\.[01]\r?\n/.exec(head)?.[1]

export function httpReply({ status, body }: { status: keyof typeof reasons; body: string }, now: Date): string {
  const headers = [
    `HTTP/1.1 ${status} ${reasons[status]}`,
    ...(status === 404 ? ['Content-Type: text/plain; charset=utf-8', 'X-Content-Type-Options: nosniff'] : []),
    `Date: ${now.toUTCString()}`,
    `Content-Length: ${body.length}`,
    ...(status === 404 ? [] : ['Content-Type: text/plain; charset=utf-8']),
    'Connection: close',
  ]
  return `${headers.join('\r\n')}\r\n\r\n${body}`
}
