import { expect, test } from 'vitest'
import { parseWebFlags } from './web-flags.ts'

test('the defaults serve this machine only', () => {
  expect(parseWebFlags([])).toEqual({ port: 3000, host: '127.0.0.1', warm: undefined, dev: false })
})

test('flags are read', () => {
  expect(parseWebFlags(['--port', '0', '--host', '0.0.0.0', '--warm', '2', '--dev'])).toEqual({
    port: 0,
    host: '0.0.0.0',
    warm: 2,
    dev: true,
  })
})

test.each([
  ['--port', 'http'],
  ['--port', '0x50'],
  ['--port', '1e3'],
  ['--port', '80.5'],
  ['--port=-1'],
  ['--port'],
  ['--port', '70000'],
  ['--port', ''],
  ['--host', ''],
  ['--warm', 'some'],
  ['--warm', '51'],
  ['--warm=-1'],
  ['--warm', ''],
  ['--prot', '80'],
  ['3000'],
])('%s %s is refused with the mend', (...argv) => {
  expect(() => parseWebFlags(argv)).toThrow(expect.objectContaining({ code: 'bad-request', hint: expect.any(String) }))
})
