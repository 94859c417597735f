// The author's lab and drawer as a browser meets them: it follows the files, says what is wrong with them, tries fixes, and leaves nothing behind.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeNewScenario } from '../../catalogue/authoring/new-scenario.ts'
import { readInstallation } from '../../system/installation.ts'
import { type AuthorLab, type AuthorView, openAuthorLab } from './author-lab.ts'
import { type AuthorServer, serveAuthor } from './author-server.ts'

let home: string
let folder: string
let lab: AuthorLab
let server: AuthorServer

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'podwire-author-'))
  process.env.PODWIRE_RUNTIME_DIR = join(home, 'run')
  process.env.PODWIRE_STATE_DIR = join(home, 'state')
  const given = { id: 'mine', title: 'Mine', topic: 'outside', fault: 'service-selector' }
  folder = await writeNewScenario(given, { root: join(import.meta.dirname, '../../..'), into: home })
  lab = openAuthorLab({ folder, runtime: 'embedded', installation: readInstallation(), memoryMB: 1024 })
  server = await serveAuthor(lab, 0)
})
afterAll(async () => {
  await server.close()
  await lab.close()
  await rm(home, { recursive: true })
})

/** The view as the page gets it. */
async function seen(): Promise<AuthorView> {
  const stop = new AbortController()
  const { body } = await fetch(`${server.address}events`, { signal: stop.signal })
  let text = ''
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString()
    if (text.includes('\n\n')) break
  }
  stop.abort()
  return JSON.parse(text.split('\n\n')[0]?.replace(/^data: /, '') ?? '')
}
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${server.address}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
const edit = async (file: string, from: RegExp, to: string) =>
  writeFile(join(folder, file), (await readFile(join(folder, file), 'utf8')).replace(from, to))
const eventually = { timeout: 60_000, interval: 300 }
const stateOf = async (id: string) => (await seen()).results.find((result) => result.id === id)

test('shows every check with its evidence and time, and what the student sees', { timeout: 90_000 }, async () => {
  await expect.poll(() => stateOf('web-answers'), eventually).toMatchObject({ state: 'fail', seen: expect.stringContaining('refused') })
  const view = await seen()
  expect(view.results.map(({ kind }) => kind)).toEqual(['symptom', 'check', 'check', 'check', 'guard', 'guard', 'guard'])
  expect(view).toMatchObject({ student: { title: 'Mine', ticket: { from: 'Mei' } }, hints: { length: 3 } })
})

test('tries a fix, and a command in a place', { timeout: 90_000 }, async () => {
  await post('act', { action: 'wrong fix new-address' })
  await expect
    .poll(() => stateOf('address-kept'), eventually)
    .toMatchObject({ state: 'fail', sentence: expect.stringContaining('another address') })
  expect(await (await post('run', { place: 'pod/client', command: 'hostname; exit 3' })).json()).toMatchObject({
    exitCode: 3,
    output: 'client\n',
  })
  expect((await post('act', { action: 'rm -rf' })).status).toBe(400)
})

test('follows the files; while they are not whole the lab of before goes on', { timeout: 120_000 }, async () => {
  await edit('scenario.yaml', /^level: basic/m, 'level: bsic')
  await expect
    .poll(async () => (await seen()).problems, eventually)
    .toContainEqual(expect.objectContaining({ level: 'error', file: 'scenario.yaml', line: 6, mend: 'Did you mean "basic"?' }))
  expect((await seen()).student?.title).toBe('Mine')
  await edit('scenario.yaml', /^level: bsic/m, 'level: hard')
  await edit('text.en.yaml', /^title: .*/m, 'title: Mended')
  await expect.poll(async () => (await seen()).student?.title, eventually).toBe('Mended')
  expect((await readdir(join(home, 'run/labs'))).length).toBe(1)
})

test('is for this machine’s browser and its own page only', async () => {
  expect((await post('act', { action: 'reset' }, { origin: 'http://evil.example' })).status).toBe(421)
  expect((await post('act', { action: 'reset' }, { 'content-type': 'text/plain' })).status).toBe(421)
  const page = await fetch(server.address)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
})
