// Which folder of cgroups may be used, on recorded machines: folders that look as the kernel's do.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findCgroupHome } from './cgroup-home.ts'

let mount: string
beforeEach(() => {
  mount = mkdtempSync(join(tmpdir(), 'pw-cgroup-'))
})
afterEach(() => rmSync(mount, { recursive: true, force: true }))

interface Look {
  has?: string
  gives?: string
  pids?: number[]
  /** the root of the whole hierarchy has none */
  type?: boolean
}
function cgroup(path: string, { has = 'cpu memory pids', gives = has, pids = [], type = true }: Look = {}): string {
  const folder = join(mount, path)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'cgroup.controllers'), `${has}\n`)
  writeFileSync(join(folder, 'cgroup.subtree_control'), `${gives}\n`)
  writeFileSync(join(folder, 'cgroup.procs'), pids.map((pid) => `${pid}\n`).join(''))
  if (type) writeFileSync(join(folder, 'cgroup.type'), 'domain\n')
  return folder
}
const find = (own: string, isRoot = false) => findCgroupHome({ mount, own, isRoot, pid: 42 })
const session = '/user.slice/user-1000.slice/session-3.scope'
const terminal = '/user.slice/user-1000.slice/user@1000.service/app.slice/terminal.scope'

test('version 1, and the hybrid where version 1 has the memory: none', () => {
  expect(findCgroupHome({ mount: undefined, own: '/', isRoot: true, pid: 42 })).toEqual({ reason: expect.stringContaining('version 2') })
})

test('root uses the uppermost, where processes do not count', () => {
  cgroup('', { type: false, gives: '', pids: [1, 2, 42] })
  expect(find('/system.slice', true)).toEqual({ folder: mount })
})

test('root in a container, whose uppermost is somebody’s child and full: none', () => {
  cgroup('', { gives: '', pids: [1, 42] })
  expect(find('/', true)).toEqual({ reason: expect.stringContaining('processes in itself') })
})

test('what is full already gives what is needed: that will do', () => {
  cgroup('', { gives: 'memory pids', pids: [1, 42] })
  expect(find('/', true)).toEqual({ folder: mount })
})

test('a process that is alone in its cgroup can step aside', () => {
  const scope = cgroup('/podwire.scope', { gives: '', pids: [42] })
  expect(find('/podwire.scope')).toEqual({ folder: scope })
  cgroup('/podwire.scope', { gives: '', pids: [42, 43] })
  expect(find('/podwire.scope')).toEqual({ reason: expect.stringContaining('processes in itself') })
})

test('a controller that was not handed down is named', () => {
  cgroup('', { type: false, has: 'cpu pids' })
  expect(find('/', true)).toEqual({ reason: 'the cgroup that may be used lacks: memory' })
})

test('a user’s is the uppermost of those delegated, and none in a login session', () => {
  const outer = [cgroup('/user.slice'), cgroup('/user.slice/user-1000.slice')]
  const delegated = cgroup('/user.slice/user-1000.slice/user@1000.service')
  cgroup('/user.slice/user-1000.slice/user@1000.service/app.slice')
  for (const path of [terminal, session]) cgroup(path, { pids: [42] })
  const closed = [...outer, join(mount, session)].map((folder) => join(folder, 'cgroup.procs'))
  const user = { mount, isRoot: false, pid: 42, mayWrite: (path: string) => !closed.includes(path) }
  expect(findCgroupHome({ ...user, own: terminal })).toEqual({ folder: delegated })
  expect(findCgroupHome({ ...user, own: session })).toEqual({ reason: 'no cgroup is delegated to this user here' })
})
