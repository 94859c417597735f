// Staging for real: compiler, openssl, kubectl. What is in the folder, what must not be, and that a second call is free.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureKubectl } from './kubectl.mjs'
import { cacheFolder } from './setup.mjs'
import { StageError, stageAssets } from './stage.mjs'

let temporary: string
let folder: string
let options: { kubectl: string; cache: string; dist: string; control: string }
beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'podwire-stage-test-'))
  execFileSync('chmod', ['755', temporary])
  const control = join(temporary, 'control.mjs')
  writeFileSync(control, 'export {}\n')
  options = {
    kubectl: await ensureKubectl({ cacheFolder: cacheFolder() }),
    cache: join(temporary, 'cache'),
    dist: join(temporary, 'dist'),
    control,
  }
  folder = (await stageAssets(options)).folder
})
afterAll(() => rmSync(temporary, { recursive: true, force: true }))

const files = () => execFileSync('find', [folder, '-type', 'f'], { encoding: 'utf8' }).trim().split('\n')

test('a second call changes nothing and takes no time', async () => {
  const before = performance.now()
  expect((await stageAssets(options)).folder).toBe(folder)
  expect(performance.now() - before).toBeLessThan(50)
  expect(JSON.parse(readFileSync(join(options.dist, 'build.json'), 'utf8'))).toEqual({ assets: folder })
})

test('everything a sandbox needs is there and any user can read it, but the keys', () => {
  for (const name of [
    'bin/labinit',
    'bin/podwire-probe',
    'bin/podwire-witness',
    'bin/podwire-workload',
    'node',
    'control.mjs',
    'pki/ca.crt',
    'skel/agnhost',
  ]) {
    expect(existsSync(join(folder, name)), name).toBe(true)
  }
  const closed = files().filter((path) => (statSync(path).mode & 0o004) === 0)
  expect(closed.map((path) => path.slice(folder.length)).sort()).toEqual(['/pki/apiserver.key', '/pki/ca.key'])
  expect(execFileSync(join(folder, 'skel/opt/podwire/bin/kubectl'), ['version', '--client'], { encoding: 'utf8' })).toContain('v1.37.1')
  expect(execFileSync('bash', ['-n', join(folder, 'skel/opt/podwire/share/bash-completion/completions/kubectl')]).length).toBe(0)
})

test('the helpers are static: nothing of the machine’s libraries is needed to start', () => {
  for (const name of ['labinit', 'podwire-probe', 'podwire-witness', 'podwire-workload']) {
    expect(spawnSync('ldd', [join(folder, 'bin', name)], { encoding: 'utf8' }).stderr, name).toContain('not a dynamic executable')
  }
})

test('nothing of this machine’s accounts or keys is in the root folder', () => {
  const paths = files().map((path) => path.slice(folder.length))
  expect(
    paths.filter((path) => /shadow|ssh\/|\.key$|private|machine-id|\.npmrc|gitconfig|pip\.conf/.test(path) && !path.startsWith('/pki/')),
  ).toEqual([])
  const passwd = readFileSync(join(folder, 'skel/etc/passwd'), 'utf8')
  expect(passwd.trim().split('\n').length).toBeLessThan(20)
  for (const line of passwd.trim().split('\n')) expect(line).toMatch(/^[a-z-]+:x:(\d{1,3}|65534):/)
  for (const name of ['hostname', 'hosts', 'resolv.conf']) expect(readFileSync(join(folder, 'skel/etc', name), 'utf8')).toBe('')
})

test('the certificate is good for every name of the API server', () => {
  const pki = join(folder, 'pki')
  const verify = (...args: string[]) =>
    execFileSync('openssl', ['verify', '-CAfile', join(pki, 'ca.crt'), ...args, join(pki, 'apiserver.crt')], { encoding: 'utf8' })
  for (const name of ['control-plane', 'kubernetes.default.svc.cluster.local', 'localhost'])
    expect(verify('-verify_hostname', name)).toContain('OK')
  for (const address of ['127.0.0.1', '10.96.0.1', '172.18.0.2']) expect(verify('-verify_ip', address)).toContain('OK')
  expect(() => verify('-verify_hostname', 'example.com')).toThrow()
})

test('other inputs make another folder; the old one goes when no lab uses it', async () => {
  writeFileSync(options.control, 'export const changed = 1\n')
  const old = new Date(Date.now() - 3_600_000)
  utimesSync(folder, old, old)
  const stray = join(options.cache, 'assets-000000000000')
  const used = join(options.cache, 'assets-111111111111')
  for (const path of [stray, used]) {
    mkdirSync(path)
    utimesSync(path, old, old)
  }
  const lab = spawn('sh', ['-c', 'read line', used], { stdio: ['pipe', 'ignore', 'ignore'] })
  const next = await stageAssets(options)
  lab.kill()
  expect(next.folder).not.toBe(folder)
  expect(readdirSync(options.cache).sort()).toEqual(['assets-111111111111', next.folder.slice(options.cache.length + 1)].sort())
})

test('a folder that another clone would start labs from stays, until that clone has another or is gone', async () => {
  const theirs = await stageAssets({ ...options, dist: join(temporary, 'other') })
  const old = new Date(Date.now() - 3_600_000)
  const stageAnother = async (text: string) => {
    writeFileSync(options.control, text)
    utimesSync(theirs.folder, old, old)
    return stageAssets(options)
  }
  await stageAnother('export const changed = 2\n')
  expect(existsSync(theirs.folder)).toBe(true)
  rmSync(join(temporary, 'other'), { recursive: true })
  await stageAnother('export const changed = 3\n')
  expect(existsSync(theirs.folder)).toBe(false)
})

test('a missing control plane says how to build it', async () => {
  await expect(stageAssets({ ...options, control: join(temporary, 'none.mjs') })).rejects.toThrow(StageError)
  await expect(stageAssets({ ...options, control: join(temporary, 'none.mjs') })).rejects.toThrow('node scripts/build.mjs control')
})
