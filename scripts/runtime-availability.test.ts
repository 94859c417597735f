import { expect, test } from 'vitest'
import { readAvailability } from './runtime-availability.ts'

test.each(['0.0.0.0', '192.168.1.7', '::', 'podwire.example'])('kind is refused to a server that others reach at %s', async (host) => {
  const { kind } = await readAvailability({ host })
  expect(kind).toMatchObject({ available: false, reason: expect.stringContaining(`listens on ${host}`) })
})

test('so are labs with eBPF, and no others on embedded', async () => {
  const { embedded, privileged } = await readAvailability({ host: '0.0.0.0' })
  expect(privileged).toMatchObject({ available: false, reason: expect.stringContaining('listens on 0.0.0.0') })
  if (!embedded.available) expect(embedded.reason).not.toContain('listens on')
})

test.each([undefined, '127.0.0.1', 'localhost', '::1'])('at %s the machine decides', async (host) => {
  const { kind } = await readAvailability({ host })
  if (!kind.available) expect(kind.reason).not.toContain('listens on')
})

test('what npm start found about embedded labs is the reason', async () => {
  expect((await readAvailability({ labsUnavailable: 'There is no bwrap.' })).embedded).toMatchObject({ available: false })
})
