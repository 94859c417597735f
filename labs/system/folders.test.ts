import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { cacheFolder, labFolder, makePrivateFolder, runtimeFolder, stateFolder } from './folders.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pw-folders-'))
  file = join(folder, 'file')
  writeFileSync(file, '')
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const folders = [
  ['PODWIRE_CACHE_DIR', cacheFolder],
  ['PODWIRE_STATE_DIR', stateFolder],
  ['PODWIRE_RUNTIME_DIR', runtimeFolder],
] as const

test.each(folders)('%s: a folder, there or not; empty counts as unset', (variable, read) => {
  for (const value of [folder, join(folder, 'later')]) {
    vi.stubEnv(variable, value)
    expect(read()).toBe(value)
  }
  vi.stubEnv(variable, '')
  expect(read()).toMatch(/podwire/)
})

test.each(folders)('%s: what cannot be a folder is refused by name, with the mend', (variable, read) => {
  for (const [value, why] of [
    ['labs', 'is not an absolute path'],
    ['~/labs', 'is not an absolute path'],
    [file, 'is a file'],
    [join(file, 'below'), 'cannot be'],
    // no folder can be made there, and Node's own way of making one never ends
    ...(process.platform === 'linux'
      ? ([
          ['/proc/x', 'cannot be made'],
          ['/proc/x/y', 'cannot be made'],
        ] as const)
      : []),
  ] as const) {
    vi.stubEnv(variable, value)
    const use = () => makePrivateFolder(read(), variable)
    expect(use, value).toThrow(expect.objectContaining({ code: 'bad-request', hint: expect.any(String) }))
    expect(use).toThrow(expect.objectContaining({ hint: expect.stringMatching(value.startsWith('/proc') ? variable : /./) }))
    expect(use).toThrow(value)
    expect(use).toThrow(why)
  }
})

test('folders are made one by one, for their owner only; a link that leads nowhere is refused', () => {
  const path = join(folder, 'a/b/c')
  makePrivateFolder(path, 'PODWIRE_RUNTIME_DIR')
  makePrivateFolder(path, 'PODWIRE_RUNTIME_DIR')
  for (const each of ['a', 'a/b', 'a/b/c']) expect(statSync(join(folder, each)).mode & 0o777).toBe(0o700)
  symlinkSync(join(folder, 'nowhere'), join(folder, 'link'))
  expect(() => makePrivateFolder(join(folder, 'link'), 'PODWIRE_RUNTIME_DIR')).toThrow('cannot be made')
})

test('a runtime folder whose sockets would not fit is refused before a lab is made in it', () => {
  vi.stubEnv('PODWIRE_RUNTIME_DIR', `/${'x'.repeat(82)}`)
  expect(Buffer.byteLength(join(labFolder('abcd1234'), 'labd.sock'))).toBe(107)
  vi.stubEnv('PODWIRE_RUNTIME_DIR', `/${'x'.repeat(83)}`)
  expect(runtimeFolder).toThrow('is 1 bytes too long')
  vi.stubEnv('PODWIRE_RUNTIME_DIR', `/${'é'.repeat(50)}`)
  expect(runtimeFolder).toThrow(expect.objectContaining({ code: 'bad-request', hint: expect.stringContaining('PODWIRE_RUNTIME_DIR') }))
})
