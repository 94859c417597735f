// `npm start` with flags and folders that cannot be: refused by name before anything is set up.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const startWith = (env: Record<string, string>, ...argv: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'start.mjs'), ...argv], {
    encoding: 'utf8',
    timeout: 20_000,
    env: { ...process.env, ...env },
  })
const start = (...argv: string[]) => startWith({}, ...argv)

test.each([
  [['--port', 'http'], '--port http is not a port'],
  [['--port', '0'], '--port 0 is not a port'],
  [['--port', '65536'], '--port 65536 is not a port'],
  [['--port', '0x50'], '--port 0x50 is not a port'],
  [['--port', '80.5'], '--port 80.5 is not a port'],
  [['--port='], 'is not a port'],
  [['--port'], '--port'],
  [['--warm', 'some'], '--warm some is not a number of clusters'],
  [['--warm', '51'], '--warm 51'],
  [['--prot', '80'], '--prot'],
  [['3000'], "'3000'"],
])('%j is refused with the way to the help', (argv, words) => {
  const { status, stdout, stderr } = start(...argv)
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toContain(words)
  expect(stderr).toContain('npm start -- --help')
})

test('--help shows the options and sets nothing up', () => {
  const { status, stdout, stderr } = start('--help')
  expect([status, stderr]).toEqual([0, ''])
  for (const flag of ['--port', '--host', '--warm', '--yes', '--help']) expect(stdout).toContain(flag)
})

test.skipIf(process.platform !== 'linux')('a cache folder that cannot be is refused before anything is set up', () => {
  const { status, stdout, stderr } = startWith({ PODWIRE_CACHE_DIR: '/proc/x' })
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^The cache folder \/proc\/x cannot be made: .*\n→ Set PODWIRE_CACHE_DIR to a folder of your own\.\n$/)
})
