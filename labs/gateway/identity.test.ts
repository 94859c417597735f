import { expect, test } from 'vitest'
import { isOwnRequest, issueCookie, learnerFromCookie } from './identity.ts'

const header = issueCookie()
const cookie = header.split(';')[0] as string
const id = cookie.split('=')[1] as string

test('the cookie is out of reach for scripts and other sites', () => {
  expect(header).toMatch(/^podwire_learner=[A-Za-z0-9_-]{22}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/)
  expect(issueCookie({ secure: true })).toMatch(/; Secure$/)
  expect(issueCookie()).not.toBe(header)
})

test.each([
  ['127.0.0.1:3000', '127.0.0.1', 'local'],
  ['localhost:3000', '::1', 'local'],
  ['[::1]:3000', '::ffff:127.0.0.1', 'local'],
  ['192.168.1.5:3000', '192.168.1.9', id],
  // a Host header alone makes nobody local
  ['localhost:3000', '192.168.1.9', id],
  ['labs.example.org', '127.0.0.1', id],
])('host %s from %s is %s', (host, remoteAddress, learner) => {
  expect(learnerFromCookie({ cookie: `theme=dark; ${cookie}`, host, remoteAddress })).toBe(learner)
})

test('without a valid cookie nobody is anybody', () => {
  for (const bad of [undefined, '', 'podwire_learner=', 'podwire_learner=local', `x${cookie}`, `${cookie}x`]) {
    expect(learnerFromCookie({ cookie: bad, host: 'localhost:3000', remoteAddress: '127.0.0.1' })).toBeUndefined()
  }
})

test.each([
  ['localhost:3000', 'http://localhost:3000', true],
  ['127.0.0.1:3000', undefined, true],
  ['10.0.0.7:3000', 'http://10.0.0.7:3000', true],
  ['class.example.org', 'https://class.example.org', true],
  ['localhost:3000', 'http://evil.example', false],
  ['localhost:3000', 'http://localhost:4000', false],
  ['localhost:3000', 'null', false],
  ['evil.example:3000', 'http://evil.example:3000', false],
  [undefined, undefined, false],
])('host %s with origin %s: %s', (host, origin, allowed) => {
  expect(isOwnRequest({ host, origin }, ['class.example.org'])).toBe(allowed)
})
