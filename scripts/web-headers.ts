// The headers of every page. Set by scripts/web.ts; stack notes 4: evaluation of text as code stays on the server.
import type { ServerResponse } from 'node:http'

/** `dev`: React's development build evaluates code for its error overlay. */
export function securityHeaders(dev: boolean): Record<string, string> {
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'unsafe-inline'${dev ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ]
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=()',
  }
}

export function setSecurityHeaders(response: ServerResponse, dev: boolean): void {
  for (const [name, value] of Object.entries(securityHeaders(dev))) response.setHeader(name, value)
}
